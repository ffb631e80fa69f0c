/** Three significant digits, five of what is almost a hundred; a dash for what was not measured. */
export const numberText = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return value.toPrecision(Math.abs(value) >= 99 && !Number.isInteger(value) ? 5 : 3);
};

export const ratioText = (value: number | undefined): string =>
  value === undefined ? "–" : `${value.toFixed(2)}x`;
