/** luhn is the check digit of a string of digits (ISO/IEC 7812-1 annex B). */
export function luhn(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/** checks says whether a code of digits ends with its own check digit. */
export function checks(code: string): boolean {
  return /^\d{2,}$/.test(code) && luhn(code.slice(0, -1)) === code.slice(-1);
}
