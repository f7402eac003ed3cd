/**
 * For stryker: descriptions and messages are words for people, which no decision reads. A test that repeated them would have to be
 * changed with each better word, and would find nothing.
 */
const words = ['description', 'message'];

export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'words-for-people',
    value: {
      shouldIgnore: ({ node }) => (node.type === 'ObjectProperty' && words.includes(node.key.name) ? 'words for people' : undefined),
    },
  },
];
