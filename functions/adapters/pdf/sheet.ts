import {
  type Color,
  type PDFDocument,
  type PDFFont,
  type PDFPage,
  StandardFonts,
  rgb,
} from "@cantoo/pdf-lib";
import { printableText } from "./printable-text.ts";

export type Style = {
  readonly size: number;
  readonly bold?: boolean;
  readonly color?: Color;
};

/** Paper to write on from the top down. Lengths are points, 1/72 inch; `y` is the distance from the page's top. */
export type Sheet = {
  /** The line that is written next; writing does not move it. */
  readonly y: number;
  readonly pages: readonly PDFPage[];
  moveDown(height: number): void;
  /** Starts a page if fewer than `height` points are left on this one. Says whether it did. */
  reserve(height: number): boolean;
  left(text: string, x: number, style: Style): void;
  /** Ends at `x`. */
  right(text: string, x: number, style: Style): void;
  /** A decimal number with its point at `x`, so that numbers below each other line up whatever their digits. */
  decimal(text: string, x: number, style: Style): void;
  width(text: string, style: Style): number;
  rule(color: Color, thickness: number): void;
  /** Goes to a page that was left, to write what needed the number of pages. */
  revisit(page: PDFPage, y: number): void;
};

/** A4. */
export const paper = { width: 595.28, height: 841.89, margin: 50, bottom: 70 };
export const rightEdge = paper.width - paper.margin;

export const ink = rgb(0.1, 0.11, 0.13);
export const muted = rgb(0.42, 0.45, 0.5);
export const hairline = rgb(0.85, 0.86, 0.88);

export const openSheet = async (document: PDFDocument): Promise<Sheet> => {
  const regular = await document.embedFont(StandardFonts.Helvetica);
  const bold = await document.embedFont(StandardFonts.HelveticaBold);
  const characters = new Set(regular.getCharacterSet());
  const newPage = (): PDFPage => document.addPage([paper.width, paper.height]);
  let page = newPage();
  let y = paper.margin;

  const fontOf = (style: Style): PDFFont => (style.bold ? bold : regular);
  const width = (text: string, style: Style): number =>
    fontOf(style).widthOfTextAtSize(printableText(text, characters), style.size);
  const left = (text: string, x: number, style: Style): void =>
    page.drawText(printableText(text, characters), {
      x,
      y: paper.height - y - style.size,
      size: style.size,
      font: fontOf(style),
      color: style.color ?? ink,
    });
  const right = (text: string, x: number, style: Style): void => left(text, x - width(text, style), style);

  return {
    get y() {
      return y;
    },
    get pages() {
      return document.getPages();
    },
    moveDown: (height) => void (y += height),
    reserve(height) {
      if (y + height <= paper.height - paper.bottom) return false;
      page = newPage();
      y = paper.margin;
      return true;
    },
    left,
    right,
    decimal(text, x, style) {
      const [whole = "", fraction] = text.split(".");
      right(whole, x, style);
      if (fraction !== undefined) left(`.${fraction}`, x, style);
    },
    width,
    rule: (color, thickness) =>
      page.drawLine({
        start: { x: paper.margin, y: paper.height - y },
        end: { x: rightEdge, y: paper.height - y },
        thickness,
        color,
      }),
    revisit(earlier, at) {
      page = earlier;
      y = at;
    },
  };
};
