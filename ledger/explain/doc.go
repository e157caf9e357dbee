// Package explain says why: for a balance, for minutes, for an award or a refusal it names the records and the rules that
// made it, as data and as a sentence in Chinese and in English.
//
//	records + rulebook -> Answer   为什么我有 45 分？为什么只发了 10 分？为什么被拒绝？
//
// It promises that an answer follows from its arguments alone, and that the steps of a balance add up to it or say that
// they do not (Holds). It never decides, reads a journal, a roster or a clock, and it holds no names of people: whoever
// shows an answer puts those in. What an activity, a meal or a deed is called comes from the caller (Words).
package explain
