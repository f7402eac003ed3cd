import { describe, expect, it } from 'vitest';
import { jsonSchema } from '../../src/documents/json-schema.js';
import { absolutePath, directoryOf, resolvePaths } from '../../src/documents/paths.js';
import { parseDocuments } from '../../src/documents/parse.js';
import { complaints, domain, read, readOne } from './reading.js';

/** Every field that holds a path of the host, each once, as a relative path. */
const everyPath = `
memory: 64Mi
disks: [ { image: ./1 } ]
cdrom: ./2
shares: [ { name: s, path: ./3 } ]
serial: [ { type: device, path: ./4 } ]
display: { vnc: { password: { file: ./5 } } }
acpiTables: [ ./6 ]
boot: { kernel: ./7, initrd: ./8 }
cloudInit: { userData: { file: ./9 }, metaData: { file: ./10 }, networkConfig: { file: ./11 } }
qemu: { binary: ./12 }
xen: { deviceModel: ./13 }
firecracker: { binary: ./14, jailer: ./15, cpuTemplate: ./16 }
acrn: { binary: ./17 }
solo5: { binary: ./18 }
process: { command: [x], workingDirectory: ./19 }`.trim();
const PATHS = 19;

describe('a relative path', () => {
  it.each([
    ['/etc/windlass', './a.img', '/etc/windlass/a.img'],
    ['/etc/windlass', '../a.img', '/etc/a.img'],
    ['/etc/windlass/', 'b//c/./d', '/etc/windlass/b/c/d'],
    ['/etc', '../../../x', '/x'],
    ['/etc', '/dev/../dev/vg0/web', '/dev/vg0/web'],
  ])('from %s: %s is %s', (directory, path, absolute) => {
    expect(absolutePath(directory, path)).toBe(absolute);
  });

  it('starts at the directory of its document', () => {
    expect(read(domain('memory: 64Mi\ncdrom: ./a.iso'), '/srv/vm/a.yaml')[0]?.document.spec.cdrom).toEqual({ image: '/srv/vm/a.iso' });
    expect(directoryOf('/a.yaml')).toBe('/');
    expect(directoryOf('a.yaml')).toBe('.');
  });

  it('of a file with a relative name needs to know where that starts', () => {
    expect(complaints(domain('memory: 64Mi\ncdrom: ./a.iso'), 'examples/a.yaml')).toEqual([]);
    const result = parseDocuments([{ file: 'examples/a.yaml', text: domain('memory: 64Mi\ncdrom: ./a.iso') }]);
    expect(result).toMatchObject({
      problems: [{ code: 'PATH_WITHOUT_DIRECTORY', message: expect.stringContaining('"./a.iso"') as string }],
    });
    expect(parseDocuments([{ file: 'examples/a.yaml', text: domain('memory: 64Mi\ncdrom: /a.iso') }]).ok).toBe(true);
  });
});

describe('resolvePaths', () => {
  it('leaves no relative path behind', () => {
    const { spec: resolved } = readOne(domain(everyPath));
    expect(JSON.stringify(resolved)).not.toContain('"./');
    expect(JSON.stringify(resolved).match(/"\/etc\/windlass\/\d+"/g)).toHaveLength(PATHS);
  });

  it('asks about every path of the schema', () => {
    const asked = new Set<string>();
    resolvePaths(readOne(domain(everyPath)), (path) => {
      asked.add(path);
      return path;
    });
    expect(asked.size).toBe(PATHS);
    // A path is text that may not begin with a dash. The short form of cdrom is the one path that has two places.
    expect(JSON.stringify(jsonSchema()).match(/"pattern":"\^\[\^-\]"/g)).toHaveLength(PATHS + 1);
  });
});
