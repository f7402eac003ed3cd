import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/** VMM tools such as `xl` live here, and Debian leaves them off an ordinary user's PATH. */
const systemDirectories = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** See `FilePort.findExecutable`. Caches nothing: what is installed or removed is seen at the next call. */
export async function findExecutable(name: string): Promise<string | undefined> {
  if (isAbsolute(name)) return (await isExecutable(name)) ? name : undefined;
  // A relative path would mean something else in every working directory.
  if (name === '' || name.includes('/')) return undefined;
  const directories = [...(process.env['PATH'] ?? '').split(':').filter(isAbsolute), ...systemDirectories];
  for (const directory of directories) {
    const path = join(directory, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
