package badgerjournal

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// badgerLog passes Badger's warnings and errors on, and keeps the rest away.
type badgerLog struct{ log *slog.Logger }

// Errorf implements badger.Logger.
func (l badgerLog) Errorf(format string, args ...any) { l.write(slog.LevelError, format, args) }

// Warningf implements badger.Logger.
func (l badgerLog) Warningf(format string, args ...any) { l.write(slog.LevelWarn, format, args) }

// Infof implements badger.Logger and says nothing.
func (l badgerLog) Infof(string, ...any) {}

// Debugf implements badger.Logger and says nothing.
func (l badgerLog) Debugf(string, ...any) {}

func (l badgerLog) write(level slog.Level, format string, args []any) {
	text := strings.TrimSpace(fmt.Sprintf(format, args...))
	l.log.LogAttrs(context.Background(), level, "badger", slog.String("text", text))
}
