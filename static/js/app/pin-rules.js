// The PINs that are guessed first. A rule over six digits alone: it touches neither the page nor the clock.

const PATTERNS = ["159753", "147258", "258147", "258369", "369258", "147369", "741852", "852963", "963852", "789456",
  "456123", "123789", "112358", "159357", "357951", "142536", "362514", "246810"];

// Why a PIN is too easy to guess: "same", "row", "pattern" or "date"; `null` for one that is not.
// `year` is the present one: dates from the last 110 years are birthdays of somebody.
export function trivial(pin, year) {
  const digits = [...pin].map(Number);
  if (new Set(digits).size <= 2) return digits.every((digit) => digit === digits[0]) ? "same" : "pattern";
  const steps = digits.slice(1).map((digit, at) => (digit - digits[at] + 10) % 10);
  if (steps.every((step) => step === steps[0])) return "row";
  const [one, two] = [pin.slice(0, 3), pin.slice(3)];
  const pairs = [pin.slice(0, 2), pin.slice(2, 4), pin.slice(4)];
  const mirrored = [...two].reverse().join("");
  if (one === two || one === mirrored || pairs.every((pair) => pair === pairs[0])) return "pattern";
  if (pairs.every(([first, second]) => first === second) || PATTERNS.includes(pin)) return "pattern";
  return isDate(pin, year) ? "date" : null;
}

// Day, month and year of two digits in any of the usual orders, or a year of four digits beside the rest of a date.
function isDate(pin, year) {
  const [a, b, c] = [pin.slice(0, 2), pin.slice(2, 4), pin.slice(4)].map(Number);
  if (isDay(a, b) || isDay(b, a) || isDay(c, b)) return true;
  const isYear = (text) => Number(text) > year - 110 && Number(text) <= year + 1;
  const beside = (text) => isMonth(Number(text)) || isDay(Number(text[0]), Number(text[1]));
  return (isYear(pin.slice(2)) && beside(pin.slice(0, 2))) || (isYear(pin.slice(0, 4)) && beside(pin.slice(4)));
}

function isMonth(month) {
  return month >= 1 && month <= 12;
}

// In a leap year: the 29th of February is a birthday.
function isDay(day, month) {
  return isMonth(month) && day >= 1 && day <= new Date(Date.UTC(2024, month, 0)).getUTCDate();
}
