package api

import "net/http"

// The codes of the api itself. Those of the rules are ledger.Code, those of scanned codes qr.Refusal, those of new
// passwords and PINs auth.Weak. All are in texts, and a test says so.
const (
	codeInternal        = "internal"
	codeRouteUnknown    = "route_unknown"
	codeMethod          = "method_not_allowed"
	codeCrossOrigin     = "cross_origin"
	codeRateLimited     = "rate_limited"
	codeBusy            = "busy"
	codeClock           = "clock_not_believed"
	codeNoSpace         = "no_space"
	codeOutcomeUnknown  = "outcome_unknown"
	codeStopping        = "stopping"
	codeTimeout         = "timeout"
	codeFieldInvalid    = "field_invalid"
	codeBodyMalformed   = "body_malformed"
	codeBodyTooLarge    = "body_too_large"
	codeMediaType       = "media_type"
	codeKeyMissing      = "key_missing"
	codeKeyMalformed    = "key_malformed"
	codeCursor          = "cursor_bad"
	codeNotFound        = "not_found"
	codeSignedOut       = "signed_out"
	codeSessionReused   = "session_reused"
	codeSignInWrong     = "sign_in_wrong"
	codeLocalOnly       = "local_only"
	codeEnrolmentBad    = "enrolment_unknown"
	codeEnrolmentUsed   = "enrolment_used"
	codeEnrolmentOver   = "enrolment_expired"
	codePasswordNeeded  = "password_needed"
	codeDeviceNeeded    = "device_needed"
	codeDeviceFull      = "device_full"
	codeAccountNeeded   = "account_needed"
	codePINNotSet       = "pin_not_set"
	codePINWrong        = "pin_wrong"
	codePINFallen       = "pin_fallen"
	codeOldNeeded       = "old_needed"
	codeOldWrong        = "old_wrong"
	codePINRests        = "pin_rests"
	codePhoneNeeded     = "phone_needed"
	codePhoneTaken      = "phone_taken"
	codeProofNeeded     = "proof_needed"
	codeProofWrong      = "proof_wrong"
	codeLeaderEnrols    = "leader_may_not_enrol"
	codeStaffPassword   = "staff_password_first"
	codeCanteenUnknown  = "canteen_unknown"
	codeTeamUnknown     = "team_unknown"
	codeCardNumber      = "card_number_unknown"
	codeImportGone      = "import_gone"
	codeSheetKind       = "sheet_kind"
	codeSheetHeader     = "sheet_header"
	codeSheetTwice      = "sheet_columns_twice"
	codeSheetTooLong    = "sheet_too_long"
	codeOperatorPresent = "operator_exists"
	codeGuardianNeeded  = "guardian_needed"
	codePersonExists    = "person_exists"
	codeReceiptUnknown  = "receipt_unknown"
	codeAuditUnsigned   = "audit_unsigned"
	codeAuditOld        = "audit_old"
	codeAuditFork       = "audit_other_books"
	codePersonUnmatched = "person_unmatched"
	codePhotoTooLarge   = "photo_too_large"
	codePhotoKind       = "photo_kind"
)

// The codes of activities, check-in and the till.
const (
	codeLegalField     = "legal_field_missing"
	codeForgottenOpen  = "forgotten_open"
	codeStationUnknown = "station_unknown"
	codeStationMissing = "station_missing"
	codeStationIdle    = "station_idle"
	codeStationMany    = "station_ambiguous"
	codeStationFull    = "station_full"
	codeScanExpired    = "code_expired"
	codeClaimMissing   = "claim_missing"
	codeClaimUsed      = "claim_used"
	codeCardInactive   = "card_inactive"
	codeCodeRevoked    = "code_revoked"
	codeDailyLimit     = "daily_limit"
	codeVoidLimit      = "void_limit"
)

// text is what a code means: the HTTP status, and a sentence for people that says what to do next.
type text struct {
	status int
	zh, en string
}

// texts is the one table of codes. No sentence blames anybody, and none says more than is known.
var texts = map[string]text{
	// Faults and bounds of the machine.
	codeInternal:       {http.StatusInternalServerError, "系统出了点问题，不是您的原因。请稍后再试；如果还不行，请把页面上的请求编号告诉工作人员。", "Something went wrong on our side (internal error). Please try again later; if it stays, tell the staff the request id."},
	codeRouteUnknown:   {http.StatusNotFound, "没有这个地址。请返回首页重新进入。", "There is nothing at this address. Please start again from the home page."},
	codeMethod:         {http.StatusMethodNotAllowed, "这个地址不支持这样的操作。", "This address does not take that method."},
	codeCrossOrigin:    {http.StatusForbidden, "这个请求来自别的网站，为了安全没有执行。请在本站页面上操作。", "This request came from another site and was not carried out. Please use our own pages."},
	codeRateLimited:    {http.StatusTooManyRequests, "操作太频繁了，请等一会儿再试。", "That was a little too fast. Please wait a moment and try again."},
	codeBusy:           {http.StatusServiceUnavailable, "现在用的人很多，请过几秒再试一次。", "Many people are using the bank right now. Please try again in a few seconds."},
	codeClock:          {http.StatusServiceUnavailable, "服务器时间不对，暂时不能记账，查询不受影响。请联系运维员核对时间。", "The server's clock cannot be trusted, so nothing can be recorded; reading works. Please ask the operator to check the time."},
	codeNoSpace:        {http.StatusServiceUnavailable, "服务器磁盘快满了，暂时不能记账，查询不受影响。请联系运维员清理空间。", "The server's disk is nearly full, so nothing can be recorded; reading works. Please ask the operator to make room."},
	codeOutcomeUnknown: {http.StatusServiceUnavailable, "还不能确定这一笔是否记上了。请不要重复办理，稍等片刻后原样重试，系统不会重复记账。", "We cannot yet say whether this was recorded. Please retry exactly the same request in a moment; it will not be recorded twice."},
	codeStopping:       {http.StatusServiceUnavailable, "系统正在重启，请稍等一分钟再试。", "The system is restarting. Please try again in a minute."},
	codeTimeout:        {http.StatusServiceUnavailable, "这次等得太久，没有办成。请再试一次。", "This took too long and was not done. Please try again."},

	// What is wrong with a request.
	codeFieldInvalid:   {http.StatusUnprocessableEntity, "有一项填得不对，请检查后再提交。", "One of the fields is not right. Please check it and send it again."},
	codeBodyMalformed:  {http.StatusBadRequest, "提交的内容读不懂，请刷新页面后再试。", "What was sent could not be read. Please reload the page and try again."},
	codeBodyTooLarge:   {http.StatusRequestEntityTooLarge, "提交的内容太大了，请减小后再试。", "What was sent is too large. Please make it smaller and try again."},
	codeMediaType:      {http.StatusUnsupportedMediaType, "提交的格式不对，请用页面上的按钮操作。", "The content type is not one that we take. Please use application/json."},
	codeKeyMissing:     {http.StatusBadRequest, "请求缺少编号（Idempotency-Key），没有办理。请刷新页面后再试。", "The request has no Idempotency-Key, so nothing was done. Please reload the page and try again."},
	codeKeyMalformed:   {http.StatusBadRequest, "请求编号（Idempotency-Key）应为 UUID。请刷新页面后再试。", "The Idempotency-Key must be a UUID. Please reload the page and try again."},
	codeCursor:         {http.StatusBadRequest, "翻页位置已失效，请从第一页重新看。", "This place in the list is no longer valid. Please start from the first page."},
	codeReceiptUnknown: {http.StatusNotFound, "没有找到这张凭条。请对照纸上的凭条码、日期和数额，再输一次。", "There is no such receipt. Please compare the code, the date and the amount with the paper, and try again."},
	codeAuditUnsigned:  {http.StatusUnprocessableEntity, "这份账本指纹上没有在册审计员的签名，没有收下。", "This checkpoint carries no signature of an auditor who is named here, so it was not taken."},
	codeAuditOld:       {http.StatusConflict, "这份签名比已经收下的旧，没有收下。", "This signature is of an older checkpoint than the one taken before, so it was not taken."},
	codeAuditFork:      {http.StatusConflict, "您核验的账本和这里的不是同一本。请保留您手里的文件，马上联系见证单位。", "The books that you replayed are not these books. Please keep your files and call the witnesses at once."},
	codeNotFound:       {http.StatusNotFound, "没有找到，可能已经不在了。请返回列表看看。", "It was not found, or is no longer there. Please go back to the list."},

	// Who somebody is.
	codeSignedOut:       {http.StatusUnauthorized, "您还没有登录，或登录已过期。请重新登录。", "You are not signed in, or your session has ended. Please sign in."},
	codeSessionReused:   {http.StatusUnauthorized, "为了安全，这次登录已结束，可能有人在别处用过它。请重新登录。", "For safety this session was ended: it may have been used elsewhere. Please sign in again."},
	codeSignInWrong:     {http.StatusUnauthorized, "手机号或密码不对，请再试一次。忘记密码请找社区组织者。", "The phone number or password is not right. Please try again, or ask the organizer if you forgot it."},
	codeLocalOnly:       {http.StatusForbidden, "这一步只能在服务器本机上完成。请在装有道德银行的电脑上打开链接。", "This can only be done on the server itself. Please open the link on the machine that runs the bank."},
	codeOperatorPresent: {http.StatusConflict, "已经有运维员了，这个链接不再有效。请直接登录。", "There is an operator already, so this link no longer works. Please sign in."},
	codeEnrolmentBad:    {http.StatusNotFound, "这个登记码不对。请扫描工作人员给您的最新登记码。", "This enrolment code is not valid. Please scan the newest one that the staff gave you."},
	codeEnrolmentUsed:   {http.StatusGone, "这个登记码已经用过了。请让工作人员再给您一个。", "This enrolment code has been used. Please ask the staff for another."},
	codeEnrolmentOver:   {http.StatusGone, "这个登记码过期了。请让工作人员再给您一个。", "This enrolment code has expired. Please ask the staff for another."},
	codePasswordNeeded:  {http.StatusUnprocessableEntity, "这是工作人员的账户，还要输入密码。", "This is a staff account; please give its password too."},
	codeDeviceNeeded:    {http.StatusForbidden, "这部手机还没有登记。请到服务台，请工作人员给您一个登记码。", "This phone is not enrolled yet. Please ask for an enrolment code at the desk."},
	codeDeviceFull:      {http.StatusConflict, "这部手机已有 8 人使用，不能再加。请换一部手机登记。", "Eight people use this phone already. Please enrol on another phone."},
	codeAccountNeeded:   {http.StatusUnprocessableEntity, "请先选择您是谁。", "Please choose who you are first."},
	codePINNotSet:       {http.StatusConflict, "您还没有设口令。请先在已登录的手机上设一个，或到服务台。", "You have no PIN yet. Please set one on a phone that is signed in, or ask at the desk."},
	codePINWrong:        {http.StatusForbidden, "口令不对，请再试一次。", "The PIN is not right. Please try again."},
	codePINFallen:       {http.StatusTooManyRequests, "口令输错次数多了，今天先不用口令。请到服务台领一个新的登记码。", "The PIN was wrong too often and is not asked for today. Please get a new enrolment code at the desk."},
	codeOldNeeded:       {http.StatusUnprocessableEntity, "请先输入原来的口令或密码。", "Please give the old PIN or password first."},
	codeOldWrong:        {http.StatusForbidden, "原来的口令或密码不对，请再试一次。", "The old PIN or password is not right. Please try again."},
	codePINRests:        {http.StatusForbidden, "这部手机刚登记不久。请输入原来的口令；忘记了，登记满 7 天后再设新的。", "This phone was enrolled only lately. Give the old PIN; if it is forgotten, set a new one 7 days after the phone was enrolled."},
	codePhoneNeeded:     {http.StatusConflict, "名册里还没有您的手机号。请让社区组织者先登记手机号，再设密码。", "The roster has no phone number for you. Please ask the organizer to add it before you set a password."},
	codePhoneTaken:      {http.StatusConflict, "已有工作人员用这个手机号登录。请让社区组织者核对手机号。", "Another member of staff signs in with this phone number. Please ask the organizer to check it."},
	"password_short":    {http.StatusUnprocessableEntity, "密码至少 10 个字符，越长越安全。请换一个。", "A password has at least 10 characters; longer is safer. Please choose another."},
	"password_long":     {http.StatusUnprocessableEntity, "密码太长了，请控制在 256 个字节以内。", "The password is too long. Please keep it within 256 bytes."},
	"password_common":   {http.StatusUnprocessableEntity, "这个密码太常见，别人容易猜到。请换一个。", "This password is among the first that others would guess. Please choose another."},
	"password_phone":    {http.StatusUnprocessableEntity, "密码里不要带手机号。请换一个。", "Please do not use your phone number in the password."},
	"pin_form":          {http.StatusUnprocessableEntity, "口令是 6 位数字。", "A PIN is six digits."},
	"pin_plain":         {http.StatusUnprocessableEntity, "这个口令太简单，别人容易猜到。请换一个。", "This PIN is among the first that others would guess. Please choose another."},
	"pin_date":          {http.StatusUnprocessableEntity, "不要用日期做口令，别人容易猜到。请换一个。", "Please do not use a date as the PIN: it is easy to guess."},
	"pin_phone":         {http.StatusUnprocessableEntity, "不要用手机号里的数字做口令。请换一个。", "Please do not use digits of your phone number as the PIN."},

	// People, cards, devices, files.
	codeProofNeeded:    {http.StatusUnprocessableEntity, "这位居民有卡或口令。请扫一下爱心卡，或请本人输入口令。", "This member has a card or a PIN. Please scan the card, or let the member give the PIN."},
	codeProofWrong:     {http.StatusForbidden, "卡或口令对不上，请核对是不是本人。", "The card or PIN is not this member's. Please check who is asking."},
	codeLeaderEnrols:   {http.StatusForbidden, "队长只能为本队还没有手机、卡和积分的队员登记。请让社区组织者来办。", "A leader may enrol only members of the team who have no device, card or balance yet. Please ask the organizer."},
	codeStaffPassword:  {http.StatusForbidden, "这位工作人员用过手机，但还没有密码。请本人在手机上设好密码，或用口令证明。手机丢了，请先收回岗位，登记后由两个人重新授予。", "This staff member has had a phone but has no password. Let them set one on that phone, or prove themselves by PIN. If the phone is lost, take the role away, enrol them, and let two people grant it again."},
	codeCanteenUnknown: {http.StatusUnprocessableEntity, "没有这个食堂，请重新选择。", "There is no such canteen. Please choose again."},
	codeTeamUnknown:    {http.StatusUnprocessableEntity, "没有这支志愿服务队，请重新选择。", "There is no such team. Please choose again."},
	codeGuardianNeeded: {http.StatusUnprocessableEntity, "未满 14 岁，请先登记监护人，再填上监护人的账户。", "Under 14: please enter the guardian first, and name the guardian's account."},
	codePersonExists:   {http.StatusConflict, "名册里已有同名同手机号的人，不用再开户。请查一下成员列表。", "The roster has somebody with this name and phone. Please look at the list of members."},
	codeCardNumber:     {http.StatusNotFound, "没有这张卡，请看清卡号再扫一次。", "There is no such card. Please check the number and scan again."},
	codeImportGone:     {http.StatusNotFound, "这次导入已过期，请重新上传文件。", "This import has expired. Please upload the file again."},
	codeSheetKind:      {http.StatusUnprocessableEntity, "这个文件读不了。请另存为 Excel 工作簿（.xlsx）或 CSV 再上传。", "This file cannot be read. Please save it as an Excel workbook (.xlsx) or CSV and upload it again."},
	codeSheetHeader:    {http.StatusUnprocessableEntity, "表格里没有“姓名”这一列。请加上表头再上传。", "The sheet has no name column (姓名). Please add a header line and upload it again."},
	codeSheetTwice:     {http.StatusUnprocessableEntity, "表头里有两列意思相同。请删掉一列再上传。", "Two columns of the header mean the same. Please remove one and upload it again."},
	codeSheetTooLong:   {http.StatusUnprocessableEntity, "一个文件最多 5000 人。请分成几个文件上传。", "A file takes at most 5,000 people. Please split it."},

	// The rules: who may, and what is there already.
	"bad_command":        {http.StatusUnprocessableEntity, "有一项填得不对，请检查后再提交。", "One of the fields is not right. Please check it and send it again."},
	"not_entitled":       {http.StatusForbidden, "您的角色不能办这件事。请找社区组织者或相应负责人。", "Your role does not allow this. Please ask the organizer or whoever is in charge."},
	"second_person":      {http.StatusConflict, "这件事要两个人办：请先提交申请，再由另一位负责人同意。", "This takes two people: please propose it, and another person approves."},
	"self_approval":      {http.StatusForbidden, "您自己提出或参加过的事，不能由您来同意。请另一位负责人来看。", "Nobody approves what she asked for or took part in. Please ask another person."},
	"too_close":          {http.StatusForbidden, "您和申请人是家人、用同一台设备，或角色是对方近期给的，不能由您同意。请另一位负责人来看。", "You are family of the maker, on the same device, or got your role from the maker lately. Please ask another person."},
	"key_reused":         {http.StatusConflict, "这个请求编号已用于另一笔内容不同的业务。请刷新页面，重新办理。", "This key was used for something else. Please reload the page and start again."},
	"not_founded":        {http.StatusServiceUnavailable, "账本还没有建立。请运维员先完成初始化。", "The ledger has not been founded yet. Please ask the operator to initialize it."},
	"already_founded":    {http.StatusConflict, "账本已经建立过了。", "The ledger has been founded already."},
	"account_unknown":    {http.StatusNotFound, "没有找到这个账户，请核对后再试。", "There is no such account. Please check and try again."},
	"account_exists":     {http.StatusConflict, "这个账户已经开过了。", "This account exists already."},
	"account_frozen":     {http.StatusForbidden, "请到服务台，工作人员会帮您办理。", "Please come to the desk; the staff will help you."},
	"not_frozen":         {http.StatusConflict, "这个账户没有停用，不用恢复。", "This account is not frozen."},
	"role_exists":        {http.StatusConflict, "这位成员已经有这个角色了。", "This member holds that role already."},
	"role_unknown":       {http.StatusNotFound, "这位成员没有这个角色，可能已被收回。", "This member does not hold that role, or it was taken back."},
	"last_operator":      {http.StatusConflict, "这是最后一位运维员，请先任命另一位再收回。", "This is the last operator. Please appoint another one first."},
	"device_unknown":     {http.StatusForbidden, "这台设备没有登记，不能这样用。请到控制台登记。", "This device is not enrolled for this. Please enrol it in the console."},
	"device_exists":      {http.StatusConflict, "这台设备已经登记过了。", "This device is enrolled already."},
	"device_revoked":     {http.StatusForbidden, "这台设备已停用。请让社区组织者重新登记。", "This device has been revoked. Please ask the organizer to enrol it again."},
	"membership_exists":  {http.StatusConflict, "这位成员已经在里面了，或加入的团队已满。", "This member belongs there already, or to too many groups."},
	"membership_unknown": {http.StatusNotFound, "这位成员不在里面。", "This member does not belong there."},
	"family_full":        {http.StatusConflict, "一个家庭最多 6 人。", "A family has at most six people."},
	"card_unknown":       {http.StatusNotFound, "没有找到这张卡。请到服务台核对。", "This card is not known. Please come to the desk."},
	"card_exists":        {http.StatusConflict, "这张卡已经发给别人了。请换一张。", "This card has been handed out already. Please take another."},
	"card_revoked":       {http.StatusConflict, "请到服务台，工作人员会帮您换一张卡。", "Please come to the desk; the staff will give you another card."},

	// The rules: activities.
	"activity_unknown":   {http.StatusNotFound, "没有找到这个活动。请回到活动列表。", "There is no such activity. Please go back to the list."},
	"activity_exists":    {http.StatusConflict, "这个活动已经建过了。", "This activity exists already."},
	"activity_closed":    {http.StatusConflict, "活动已经结束，不能再签到。请联系队长补记。", "The activity has been closed. Please ask the leader to add you."},
	"activity_open":      {http.StatusConflict, "活动还没有结束，请先结束活动。", "The activity is still open. Please close it first."},
	"activity_confirmed": {http.StatusConflict, "这个活动已经确认过了。", "This activity has been confirmed already."},
	"awards_pending":     {http.StatusConflict, "积分还在发放，请等几秒再确认。", "The awards are still being posted. Please wait a few seconds."},
	"activity_full":      {http.StatusConflict, "活动人数已满，请联系队长。", "The activity is full. Please ask the leader."},
	"not_running":        {http.StatusConflict, "现在不在签到时间内。请看活动时间，按时再来。", "It is too early or too late to check in. Please look at the activity's time."},
	"kind_unknown":       {http.StatusUnprocessableEntity, "没有这种活动类型，请重新选择。", "There is no such kind of activity. Please choose again."},
	"already_in":         {http.StatusConflict, "您已经签到了，不用再扫。", "You are checked in already; there is no need to scan again."},
	"already_out":        {http.StatusConflict, "您已经签退了，辛苦了。", "You are checked out already. Thank you."},
	"not_in":             {http.StatusConflict, "还没有签到记录，请先签到。", "There is no check-in yet. Please check in first."},
	"present_elsewhere":  {http.StatusConflict, "您还在另一个活动里。请先在那边签退。", "You are still at another activity. Please check out there first."},
	"own_attest":         {http.StatusForbidden, "不能给自己记到场。请另一位负责人来记。", "Nobody attests herself. Please ask another person in charge."},
	"already_awarded":    {http.StatusConflict, "这一笔已经发放过了。", "This has been awarded already."},
	"nothing_to_award":   {http.StatusConflict, "没有可发放的时长或积分。", "There is nothing to award."},

	// The rules: meals and corrections.
	"meal_unknown":       {http.StatusUnprocessableEntity, "没有这个餐品，请重新选择。", "There is no such meal. Please choose again."},
	"meal_booked":        {http.StatusConflict, "这一餐已经订好了，到时候来取就行。", "This meal is booked already. Just come and take it."},
	"booking_closed":     {http.StatusUnprocessableEntity, "现在不能订这一餐：餐次已经过了，或者日子还早。请另选一餐。", "This meal cannot be booked now: its time is over, or its day is too far ahead. Please choose another."},
	"hold_unknown":       {http.StatusNotFound, "没有这个预留，可能已经取餐或取消了。", "There is no such booking; it was taken or cancelled."},
	"not_family":         {http.StatusForbidden, "只能转赠给已关联的家人，关联满 30 天后才能转赠。请到服务台关联家庭。", "Points can be given only within a family that has been linked for 30 days. The desk can link a family."},
	"not_eligible":       {http.StatusConflict, "积分只能转赠给 60 岁及以上的家人。请换一位家人，或到服务台核对。", "Points are given to family members of 60 or more. Please choose another, or check at the desk."},
	"gift_limit":         {http.StatusConflict, "今年的转赠额度用完了，明年可以再转。", "This year's limit for gifts is used up. It starts again next year."},
	"device_new":         {http.StatusForbidden, "这部手机刚登记不久，每天能用的积分有限，今天剩下的不够这一餐。用爱心卡或旧手机不受影响。", "This phone was enrolled only lately and spends a limited number of points a day; what is left of today's is not enough. The card and older phones are not affected."},
	"pool_short":         {http.StatusConflict, "资金池里的积分不够。请社区组织者先拨入。", "The pool does not hold enough points. Please ask the organizer to fund it."},
	"already_granted":    {http.StatusConflict, "这个月的关怀积分已经发过了。", "This month's care points have been given already."},
	"care_limit":         {http.StatusConflict, "本周先用餐的额度用完了。请社区组织者来处理，先让居民用餐。", "This week's limit for meals that are not charged is used up. Serve the meal, and ask the organizer."},
	"lease_open":         {http.StatusConflict, "上一份离线额度还没交清。请先上传，或请组织者销账。", "The last offline allowance is still open. Upload first, or ask the organizer to write it off."},
	"lease_limit":        {http.StatusConflict, "食堂的离线额度用完了。请先上传，或请社区组织者处理。", "The canteen's offline allowances are used up. Upload first, or ask the organizer."},
	"lease_unknown":      {http.StatusNotFound, "没有这份离线额度，可能已经交清。", "There is no such offline allowance; it may be settled already."},
	"scan_replayed":      {http.StatusConflict, "这一笔离线扫码已经补录过了。", "This offline scan is in already."},
	"import_exists":      {http.StatusConflict, "已有同名的期初名单。", "There is an opening list of this name already."},
	"import_unknown":     {http.StatusNotFound, "没有这份期初名单，可能已经撤回。", "There is no such opening list; it may have been undone."},
	"import_approved":    {http.StatusConflict, "已有两家组织担保。", "Two organizations vouch for it already."},
	"import_full":        {http.StatusConflict, "超过了名单上的合计。请核对名单。", "This is more than the list sums to. Please check the list."},
	"proof_rests":        {http.StatusConflict, "这张卡发出不久，还不能凭它登记手机。请本人输入口令，或请另一位工作人员过几天再办。", "This card was handed over only lately and is no proof yet. Let the member give the PIN, or let another member of staff do it some days later."},
	"phones_full":        {http.StatusConflict, "这位居民登记的手机已到上限，请先退掉一部不用的。", "This member has as many phones as one may have. Please revoke one that is not used."},
	"already_imported":   {http.StatusConflict, "这位居民在这份名单里已经导入过了。", "This member was brought in from this list already."},
	"nothing_to_settle":  {http.StatusConflict, "没有需要结算的餐。", "There is nothing to settle."},
	"period_open":        {http.StatusConflict, "这个月还没有过完，月底之后才能月结。", "This month is not over yet. It can be sealed after its end."},
	"sums_changed":       {http.StatusConflict, "合计和您看到的不一样了。请刷新页面，核对后再提交。", "The sums are no longer those that you saw. Please reload, compare and send again."},
	"nothing_to_restore": {http.StatusConflict, "没有可以恢复的过期积分。", "There are no expired points to restore."},
	"not_closed":         {http.StatusConflict, "请先销户，再删除个人信息。", "Please close the account before its personal data is erased."},
	"already_merged":     {http.StatusConflict, "这两个账户已经合并过了。", "These accounts have been merged already."},
	"price_wrong":        {http.StatusUnprocessableEntity, "价格和积分规则对不上，请刷新页面再试。", "The price does not agree with the rulebook. Please reload the page."},
	"meal_taken":         {http.StatusConflict, "这一餐已经领过了。", "This meal has been taken already."},
	"pin_required":       {http.StatusForbidden, "今天免口令的积分用完了，请本人输入口令。", "Today's points without a PIN are used up. Please let the member give the PIN."},
	"balance_short":      {http.StatusConflict, "可用积分不够。可以选小份，或部分用现金。", "There are not enough points. A small portion, or part in cash, may do."},
	"budget_short":       {http.StatusConflict, "本月发放额度不够。服务时长照记，积分等额度到了再发。", "This month's budget is used up. Minutes count; points wait for the budget."},
	"record_unknown":     {http.StatusNotFound, "没有这条记录。", "There is no such record."},
	"not_reversible":     {http.StatusConflict, "这条记录不能冲正。", "This record cannot be reversed."},
	"already_reversed":   {http.StatusConflict, "这条记录已经冲正过了。", "This record has been reversed already."},
	"void_too_late":      {http.StatusConflict, "超过 60 秒，收银台不能撤销了。请社区组织者来冲正。", "More than 60 seconds have passed. Please ask the organizer to reverse it."},
	"amount_too_large":   {http.StatusUnprocessableEntity, "冲正的数量超过了原记录。请改小后再提交。", "This is more than the record moved. Please make it smaller."},
	"proposal_unknown":   {http.StatusNotFound, "这个申请已处理，或已撤回。", "This proposal has been decided or taken back."},
	"proposal_lapsed":    {http.StatusGone, "这个申请已过期。需要的话请重新提交。", "This proposal has lapsed. Please make it again if it is still needed."},
	"proposal_exists":    {http.StatusConflict, "同样的申请已经提交，正在等另一位负责人同意。", "The same proposal is already waiting for another person."},
	"nothing_to_expire":  {http.StatusConflict, "没有到期的积分。", "No points expire now."},
	"time_out_of_range":  {http.StatusUnprocessableEntity, "时间不对：不能晚于现在，也不能早于 7 天前。", "The time may not lie ahead, nor more than 7 days back."},
	"rulebook_version":   {http.StatusConflict, "积分规则的版本号要逐一递增。", "Editions of the rulebook rise by one."},
	"period_sealed":      {http.StatusConflict, "这个账期已封账，请在本期记一笔更正。", "This period is sealed. Please record a correction in the current one."},
	"dispute_unknown":    {http.StatusNotFound, "没有这个异议，可能已经处理完了。", "There is no such open dispute; it may have been decided."},
	"already_disputed":   {http.StatusConflict, "这一笔已经提过异议，每一笔只能提一次。", "This entry has been disputed already; each can be disputed once."},
	"dispute_clock":      {http.StatusConflict, "还没到时间。", "Its time is not over yet."},
	"conflict":           {http.StatusForbidden, "这件事和您或您的家人、队友有关，请换一位来处理。", "You or your family have a part in this. Please let another person decide."},
	"deed_unknown":       {http.StatusNotFound, "没有这件好人好事，可能已经办完了。", "There is no such open deed; it may have been decided."},
	"deed_stage":         {http.StatusConflict, "这件好人好事现在还不到这一步，或已经过了这一步。", "The deed is not at this step now."},
	"deed_limit":         {http.StatusConflict, "这一类好人好事已经记满，过了这段时间再填报。", "No more of these can be filed for now."},
	"deed_points":        {http.StatusUnprocessableEntity, "分数不在这一类的范围内。", "The points are outside the range of this category."},
	"pair_too_soon":      {http.StatusConflict, "两位邻居之间 30 天内已经记过一次互助，谢谢你们。", "Help between these two neighbours was recorded within the last 30 days. Thank you both."},
	"not_newcomer":       {http.StatusConflict, "这位志愿者已经有服务记录，或已由别人推荐。", "This volunteer has served already, or was brought by somebody else."},
	"already_voted":      {http.StatusConflict, "您已经投过票了。", "You have voted already."},
	"waiting_unknown":    {http.StatusNotFound, "没有等待补发的积分，可能已经发了。", "No points are waiting here; they may have been paid."},
	"presence_settled":   {http.StatusConflict, "这次到场不需要核对，或已经核对过。", "This presence needs no check, or was checked already."},
	"consent_exists":     {http.StatusConflict, "已经同意过了，不用再点。", "Consent has been given already."},
	"consent_unknown":    {http.StatusNotFound, "没有这项授权。", "There is no such consent."},

	// Scanned codes.
	"code_used":              {http.StatusConflict, "这个码已经用过了，请等它刷新后再扫。", "This code has been used. Please wait for the next one and scan again."},
	"code_empty":             {http.StatusUnprocessableEntity, "没有扫到内容，请再扫一次。", "Nothing was scanned. Please scan again."},
	"code_too_long":          {http.StatusUnprocessableEntity, "这不是我们的码。请出示积分码或爱心卡。", "This is not one of our codes. Please show the pay code or the card."},
	"code_not_digits":        {http.StatusUnprocessableEntity, "扫到的不是数字码。请切换到英文输入法，再扫一次。", "What was scanned is not digits. Please switch the input method to English and scan again."},
	"code_wrong_length":      {http.StatusUnprocessableEntity, "没有扫完整，请再扫一次。", "The code was not read whole. Please scan again."},
	"code_wrong_check_digit": {http.StatusUnprocessableEntity, "没有扫清楚，请再扫一次。", "The code was misread. Please scan again."},
	"code_unknown_prefix":    {http.StatusUnprocessableEntity, "这不是我们的码。请出示积分码或爱心卡。", "This is not one of our codes. Please show the pay code or the card."},
	"code_wechat_pay":        {http.StatusUnprocessableEntity, "这是微信付款码。请打开道德银行的积分码。", "This is a WeChat payment code. Please open the bank's pay code."},
	"code_alipay":            {http.StatusUnprocessableEntity, "这是支付宝付款码。请打开道德银行的积分码。", "This is an Alipay payment code. Please open the bank's pay code."},
	"code_station_link":      {http.StatusUnprocessableEntity, "这是签到点的码，请志愿者用手机微信扫它。", "This is a station's code. Volunteers scan it with their own phone."},
	"code_enrolment_link":    {http.StatusUnprocessableEntity, "这是登记码，请居民用手机扫它。", "This is an enrolment code. The member scans it with the phone."},
	"code_receipt_link":      {http.StatusUnprocessableEntity, "这是凭条上的码，只能查询，不能兑换。", "This is a receipt's code. It shows what was recorded and pays nothing."},
	"code_certificate_link":  {http.StatusUnprocessableEntity, "这是服务证明上的码，只能查验，不能兑换。", "This is a certificate's code. It can be verified and pays nothing."},
	"code_other_link":        {http.StatusUnprocessableEntity, "这是别的网址，不是我们的码。", "This is some other web address, not one of our codes."},
	"code_check_in_at_till":  {http.StatusUnprocessableEntity, "这是签到用的码。请打开积分码再扫。", "This is the code for checking in. Please open the pay code."},
	"code_pay_at_door":       {http.StatusUnprocessableEntity, "这是兑换用的积分码。请打开签到码再扫。", "This is the pay code. Please open the check-in code."},
	"code_stale":             {http.StatusConflict, "这个码过时了。请让它刷新后再扫；还不行就核对手机时间。", "This code is out of date. Please let it refresh and scan again; if that fails, check the phone's time."},

	// Good deeds and disputes.
	codePersonUnmatched: {http.StatusNotFound, "没有找到这位居民。请核对姓名和手机号；没有手机的，请队长或服务台帮您填。", "No member has this name and phone number. Please check both; for somebody without a phone, the leader or the desk files it."},
	codePhotoTooLarge:   {http.StatusRequestEntityTooLarge, "照片太大了，最多 2 MB、1600 万像素。请换一张小一点的。", "The photo is too large: at most 2 MB and 16 million pixels. Please choose a smaller one."},
	codePhotoKind:       {http.StatusUnprocessableEntity, "这张照片打不开。请用 JPEG 或 PNG 格式的照片。", "This photo cannot be read. Please use a JPEG or PNG."},

	// Activities, check-in, and the till.
	codeLegalField:     {http.StatusUnprocessableEntity, "还有一项没有填，法律要求服务记录里有它。请补上再发布。", "A field is empty that the law asks of a service record. Please fill it in and publish again."},
	codeForgottenOpen:  {http.StatusConflict, "还有人没有签退。请确认按活动结束时间记，再结束活动。", "Some have not checked out. Please confirm that they count to the scheduled end, and close again."},
	codeStationUnknown: {http.StatusNotFound, "没有这个签到点。请扫现场屏幕上的码。", "There is no such station. Please scan the code on the screen."},
	codeStationMissing: {http.StatusConflict, "这个活动没有签到点，不能显示签到码。请用扫码登记或名单登记。", "This activity has no station, so it has no code to show. Please scan members or use the list."},
	codeStationIdle:    {http.StatusConflict, "这个签到点现在没有活动。请看活动时间，或问一下队长。", "No activity takes check-ins here now. Please look at its time, or ask the leader."},
	codeStationMany:    {http.StatusConflict, "这个签到点现在有几个活动。请扫屏幕上的码，或请队长登记。", "Several activities are at this station. Please scan the code on the screen, or ask the leader."},
	codeStationFull:    {http.StatusConflict, "这个签到点同时显示的码太多了。请先结束已经完成的活动。", "Too many codes are shown at this station. Please close activities that are over."},
	codeScanExpired:    {http.StatusGone, "这个码已经换了。请再扫一次屏幕上的码。", "This code has changed. Please scan the one on the screen again."},
	codeClaimMissing:   {http.StatusGone, "刚才的扫码已经过了 15 分钟。请再扫一次，或请队长登记。", "The scan is more than 15 minutes old. Please scan again, or ask the leader."},
	codeClaimUsed:      {http.StatusConflict, "这次扫码已经记给同一部手机上的另一位。请自己再扫一次。", "This scan was used by another person on this phone. Please scan again for yourself."},
	codeCardInactive:   {http.StatusConflict, "这张卡还没有启用。请到服务台办理。", "This card is not active yet. Please come to the desk."},
	codeCodeRevoked:    {http.StatusConflict, "这部手机的码已停用。请重新打开码的页面，或到服务台办理。", "This phone's codes have ended. Please open the code page again, or come to the desk."},
	codeDailyLimit:     {http.StatusForbidden, "今天免口令的积分用完了。明天就可以；今天需要的话请到服务台。", "Today's points without a PIN are used up. Tomorrow they are back; if it is needed today, please come to the desk."},
	codeVoidLimit:      {http.StatusConflict, "今天已撤销 3 笔，再撤要另一个人办。请社区组织者来冲正。", "Three meals were taken back today; another takes a second person. Please ask the organizer."},
}
