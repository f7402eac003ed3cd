import { firstSentence } from './first-sentence.js';
import type { Plan } from './plan.js';
import { block, line, wrap, type Block } from './text-block.js';

/** The head of the picture: the machine's name, what it is for, and what its root does and hears in every state. */
export function titleOf({ chart, tree, boxes, detail }: Plan, width: number): Block {
  const room = Math.min(Math.max(width, 360), 900);
  const { description } = tree.root;
  const [name, ...rest] = boxes.get(tree.root.id)?.content.lines ?? [];
  const tags = name ? name.runs.slice(1) : [];
  const told = description === undefined ? '' : detail === 'overview' ? firstSentence(description) : description;
  const prose = told === '' ? [] : wrap(line([{ text: told, voice: 'prose' }]), room);
  return block([line([{ text: chart.id, voice: 'title' }, ...tags]), ...prose, ...rest]);
}
