/** Three significant digits; a dash for what was not measured. */
export const numberText = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return value.toPrecision(3);
};

export const ratioText = (value: number | undefined): string =>
  value === undefined ? "–" : `${value.toFixed(2)}x`;
