/** "-1234567.5" as "-1,234,567.5": thousands apart, decimals as they are. */
export const groupDigits = (decimal: string): string => {
  const [whole = "", fraction] = decimal.split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
};
