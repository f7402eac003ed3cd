import type { Rect } from '../../src/diagrams/geometry.js';
import { inside, overlap, type Picture, type Shape } from './picture.js';

/** Everything in a picture that a reader would stumble over, in words; an empty list is a good picture. */
export function flawsOf({ paper, boxes, frames, labels, captions, lines }: Picture): readonly string[] {
  const flaws: string[] = [];
  const report = (broken: boolean, flaw: string): void => {
    if (broken) flaws.push(flaw);
  };
  for (const { id, rect, texts } of [...boxes, ...frames]) {
    for (const text of texts) report(!inside(text, rect, 4), `text touches the border of ${id}`);
    report(!inside(rect, paper), `${id} leaves the picture`);
  }
  for (const { id, rect } of [...labels, ...captions]) report(!inside(rect, paper), `text of ${id} leaves the picture`);
  eachPair([...labels, ...boxes], (a, b) => report(overlap(a.rect, b.rect), `${a.id} and ${b.id} overlap`));
  for (const label of labels) {
    for (const frame of frames) {
      report(overlap(label.rect, frame.rect) && !inside(label.rect, frame.rect), `the label of ${label.id} crosses the frame of ${frame.id}`);
      for (const text of frame.texts) report(overlap(label.rect, text), `the label of ${label.id} lies over the words of ${frame.id}`);
    }
    for (const caption of captions) report(overlap(label.rect, caption.rect), `the label of ${label.id} lies over a caption`);
  }
  eachPair(frames, (a, b) => report(overlap(a.rect, b.rect) && !inside(a.rect, b.rect) && !inside(b.rect, a.rect), `${a.id} and ${b.id} cut each other`));
  for (const { id, points } of lines) report(points.some(({ x, y }) => !inside({ x, y, width: 0, height: 0 }, paper)), `${id} leaves the picture`);
  return flaws;
}

/** Lines that run over words or through boxes: the router avoids them wherever there is a way round. */
export function strayLines({ boxes, frames, labels, lines }: Picture): readonly string[] {
  const words = [...labels.map(({ rect }) => rect), ...frames.flatMap(({ texts }) => texts)];
  return lines.flatMap(({ id, points }) => {
    const hit = (rect: Rect, air: number): boolean => points.some(({ x, y }) => x > rect.x + air && x < rect.x + rect.width - air && y > rect.y + air && y < rect.y + rect.height - air);
    const over = words.some((rect) => hit(rect, 1)) ? [`${id} runs over words`] : [];
    const through = boxes.filter(({ rect }) => hit(rect, 5)).map((box) => `${id} runs through ${box.id}`);
    return [...over, ...through];
  });
}

function eachPair(shapes: readonly Shape[], check: (a: Shape, b: Shape) => void): void {
  for (const [index, a] of shapes.entries()) for (const b of shapes.slice(index + 1)) check(a, b);
}
