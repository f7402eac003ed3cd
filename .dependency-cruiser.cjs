/**
 * The layers of the house (docs/architecture.md). An arrow that is not drawn there is an error here.
 * `pure` layers may not even see a Node built-in.
 */
const io = ['fs', 'fs/promises', 'net', 'child_process', 'http', 'https', 'dgram', 'os', 'worker_threads', 'cluster', 'tls', 'readline', 'process'].flatMap((name) => [`^${name}$`, `^node:${name}$`]);
const npm = (...names) => names.map((name) => `node_modules/${name}/`);
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: ['\\.d\\.ts$', '^src/(cli/main|effects/(spawner|device)-process)\\.ts$'] }, to: {} },
    only('machines-are-pure', '^src/machines/', npm('xstate'), 'Machines import xstate and their own types, nothing else.'),
    only('documents-are-pure', '^src/documents/', [...npm('zod', 'yaml'), '^src/errors\\.ts$'], 'Parsing touches no operating system.'),
    only('device-model-is-pure', '^src/device-model/', [...npm('zod'), '^(node:)?crypto$', '^src/documents/', '^src/effects/ports/', '^src/errors\\.ts$'], 'The planner is a function of a spec and host facts; a digest is one, too. Ports are types only.'),
    only('effects-stand-alone', '^src/effects/', [...npm('execa', 'rxjs', 'chokidar', 'tinyglobby'), '^node:[a-z_/]+$', '^[a-z_/]+$', '^src/errors\\.ts$'], 'Effects know nothing of domains.'),
    { name: 'only-effects-do-io', comment: 'Everybody else asks a port.', severity: 'error', from: { path: '^src/', pathNot: '^src/(effects|cli)/' }, to: { path: io } },
    { name: 'only-effects-use-execa', severity: 'error', from: { path: '^src/', pathNot: '^src/effects/' }, to: { path: npm('execa') } },
    {
      name: 'effects-are-ports-to-others',
      comment: 'Adapters, anchors and actors see the types of the ports; the engine hands them the real ones.',
      severity: 'error',
      from: { path: '^src/(hypervisor-adapters|anchors|actors|status)/' },
      to: { path: '^src/effects/', pathNot: ['^src/effects/ports\\.ts$', '^src/effects/ports/'] },
    },
    {
      name: 'adapters-do-not-meet',
      comment: 'What an adapter is lies beside them, in contract/, which knows none of them.',
      severity: 'error',
      from: { path: '^src/hypervisor-adapters/([^/]+)/' },
      to: { path: '^src/hypervisor-adapters/[^/]+/', pathNot: ['^src/hypervisor-adapters/$1/', '^src/hypervisor-adapters/contract/'] },
    },
    { name: 'nobody-imports-the-cli', severity: 'error', from: { path: '^src/', pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
    { name: 'cli-uses-the-public-api', severity: 'error', from: { path: '^src/cli/' }, to: { path: '^src/', pathNot: ['^src/cli/', '^src/index\\.ts$', '^src/diagrams/index\\.ts$'] } },
    { name: 'main-entry-without-graphviz', severity: 'error', from: { path: '^src/index\\.ts$' }, to: { reachable: true, path: ['^src/diagrams/', 'node_modules/@viz-js/'] } },
    { name: 'engine-is-the-top', severity: 'error', from: { path: '^src/', pathNot: '^src/(engine|cli|index)' }, to: { path: '^src/engine/' } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
