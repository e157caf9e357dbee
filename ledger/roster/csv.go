package roster

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// readCSV reads lines of text of any encoding and separator that spreadsheets in China write.
func readCSV(raw []byte) ([]textLine, error) {
	text, err := decodeText(raw)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma = separator(text)
	reader.FieldsPerRecord = -1
	reader.LazyQuotes = true
	var lines []textLine
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSheetKind, err)
		}
		if blank(cells) {
			continue
		}
		if len(lines) == linesMax {
			return nil, ErrSheetTooLong
		}
		number, _ := reader.FieldPos(0)
		lines = append(lines, textLine{number: number, cells: slices.Clone(cells[:min(len(cells), columnsMax)])})
	}
}

// decodeText tells the encoding: a byte order mark first, then UTF-8 if it is valid, else GB18030, which must decode whole.
func decodeText(raw []byte) (string, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		raw = raw[3:]
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(raw)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrSheetKind, err)
		}
		raw = text
	}
	if !utf8.Valid(raw) {
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
		if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
			return "", fmt.Errorf("%w: the encoding is neither UTF-8 nor GB18030", ErrSheetKind)
		}
		raw = text
	}
	if bytes.IndexByte(raw, 0) >= 0 {
		return "", fmt.Errorf("%w: holds zero bytes", ErrSheetKind)
	}
	return string(raw), nil
}

// separator is the most frequent candidate in the line that holds the header, or a comma.
func separator(text string) rune {
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "姓名") && !strings.Contains(strings.ToLower(line), "name") {
			continue
		}
		best, most := ',', 0
		for _, c := range []rune{',', '\t', ';', '，'} {
			if n := strings.Count(line, string(c)); n > most {
				best, most = c, n
			}
		}
		return best
	}
	return ','
}
