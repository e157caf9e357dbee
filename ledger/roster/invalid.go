package roster

// InvalidError says which field of what was given cannot stand, in words for people. It never repeats the value.
type InvalidError struct {
	Field string
	Zh    string
	En    string
}

// Error implements error.
func (e *InvalidError) Error() string { return "roster: " + e.Field + ": " + e.En }

func invalid(field, zh, en string) error { return &InvalidError{Field: field, Zh: zh, En: en} }
