/**
 * Widths of text without a font at hand. The advances are those of DejaVu Sans, the widest of the sans faces that
 * readers are likely to have (Verdana's width; Helvetica, Arial, Segoe UI and Roboto are 8 to 15 % narrower), so
 * what fits here fits everywhere in the font stack. Units are 1/1000 em, for the characters from space to tilde.
 */
const regular =
  '318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636 337 337 838 838 838 531 ' +
  '1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989 685 611 685 390 337 390 838 500 ' +
  '500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838';
const bold =
  '348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696 696 696 400 400 838 838 838 580 ' +
  '1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850 733 850 770 720 682 812 774 1103 771 724 725 457 365 457 838 500 ' +
  '500 675 716 593 716 678 435 716 712 343 343 665 343 1042 712 687 716 716 493 595 478 712 652 924 645 652 582 712 365 712 838';

const tables = { regular: regular.split(' ').map(Number), bold: bold.split(' ').map(Number) } as const;

/** Signs that the pictures use themselves; other fonts draw some of them wider than DejaVu does. */
const signs: Readonly<Record<string, number>> = { '✓': 900, '✗': 900, '▶': 900, '→': 900, '↻': 950, '…': 1000, '·': 380, '≈': 838, '—': 1000, '–': 500, '\u00a0': 348 };

/** Faces differ in hinting and rounding; this is the room left for that. */
const safety = 1.03;

/** Width in pixels of one line of text at a font size in pixels. */
export function textWidth(text: string, size: number, weight: 'regular' | 'bold' = 'regular'): number {
  let units = 0;
  for (const character of text) units += advance(character, weight);
  return (units / 1000) * size * safety;
}

function advance(character: string, weight: 'regular' | 'bold'): number {
  const code = character.codePointAt(0) ?? 0;
  const known = tables[weight][code - 32] ?? signs[character];
  if (known !== undefined) return known;
  if (code < 32) return 0;
  // Latin letters with marks, Greek and Cyrillic; beyond them, East Asian characters and symbols fill their em.
  return code < 0x1100 ? 800 : 1050;
}
