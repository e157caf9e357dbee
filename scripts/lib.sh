# Shared by scripts/test and scripts/demo. To be sourced; it defines functions and moves to the root of the checkout.
# Nothing here needs root except `packages`, and nothing is installed that is already there.
# shellcheck shell=bash

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# What the checkout needs of the machine. Go below this fetches the right toolchain by itself, from the Go proxy.
readonly goOldest=1.21 nodeOldest=20

say() { printf '%s\n' "$*" >&2; }

# die ends the script with a message in both languages and, if there is one, the step that helps.
die() { # zh en [help]
	say "错误：$1"
	say "error: $2"
	[ $# -lt 3 ] || say "  → $3"
	exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

# older tells whether version $1 is below $2.
older() { [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

check_go() {
	have go || die "找不到 Go。请先安装 Go 1.26 或更新的版本。" "Go is not installed; Go 1.26 or newer is needed." "https://go.dev/dl/"
	local version
	version=$(go env GOVERSION | grep -oE '[0-9]+\.[0-9]+(\.[0-9]+)?' | head -n 1)
	! older "$version" "$goOldest" || die "Go $version 太旧，需要 1.26。" "Go $version is too old; 1.26 is needed." "https://go.dev/dl/"
	export GOTOOLCHAIN="${GOTOOLCHAIN:-auto}"
}

check_node() {
	have node || die "找不到 Node.js。请先安装 Node 20 或更新的版本。" "Node.js is not installed; Node 20 or newer is needed." "https://nodejs.org/"
	have npm || die "找不到 npm，它通常随 Node.js 一起安装。" "npm is not installed; it usually comes with Node.js." "https://nodejs.org/"
	local version
	version=$(node -p process.versions.node)
	! older "$version" "$nodeOldest" || die "Node $version 太旧，需要 $nodeOldest。" "Node $version is too old; $nodeOldest is needed." "https://nodejs.org/"
}

# packages installs the Debian packages that are missing, and reaches the network only if one is.
packages() { # package...
	local missing=() package
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	have apt-get || die "缺少 ${missing[*]}，而这里没有 apt-get。" "missing: ${missing[*]}, and there is no apt-get here."
	[ "$(id -u)" = 0 ] || die "缺少 ${missing[*]}，安装它们需要 root。" "missing: ${missing[*]}; installing them needs root." \
		"sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
	say "installing ${missing[*]}"
	local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
	"${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2 ||
		{ "${apt[@]}" update >&2 && "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2; }
}

# hash_files prints one hash of the names and contents of the files whose names come in, NUL-separated.
hash_files() { sort -z | xargs -0 -r sha256sum | sha256sum | cut -d ' ' -f 1; }

# web_deps makes web/node_modules match package-lock.json.
web_deps() {
	local want stamp=web/node_modules/.from
	want="$(node -v) $(sha256sum <web/package-lock.json)"
	[ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
	(cd web && npm ci --no-audit --no-fund) || return
	printf '%s\n' "$want" >"$stamp"
}

# web_build builds the pages into web/dist/site when a source of theirs has changed since the last build.
web_build() {
	local want stamp=.cache/web-build
	want=$(find web -type d \( -name node_modules -o -name dist -o -name e2e -o -name test-results \) -prune -o -type f -print0 | hash_files)
	[ ! -d web/dist/site ] || [ "$(cat "$stamp" 2>/dev/null)" != "$want" ] || return 0
	rm -f "$stamp"
	(cd web && npm run build) || return
	mkdir -p .cache
	printf '%s\n' "$want" >"$stamp"
}

# taken tells whether somebody listens on this port of this machine.
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_address prints the first free one of a few ports; 8080 is what people expect.
free_address() {
	local port
	for port in {8080..8099}; do
		taken "$port" || { echo "127.0.0.1:$port"; return; }
	done
	die "8080 到 8099 的端口都被占用了。" "Ports 8080 to 8099 are all in use." "scripts/demo --listen 127.0.0.1:PORT"
}
