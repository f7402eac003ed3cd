import type { ExecResult } from '../exec/channel.js';
import type { Dom0 } from './lab.js';

/** What somebody sees of a guest who types into `windlass console` again and again, until a shell command of dom0 holds; `$HEARD` is a file of what was seen so far. */
export function typedUntil(lab: Dom0, name: string, text: string, holds: string): Promise<ExecResult> {
  // Node takes seconds to start there, and nothing tells when it has the console: what is typed too early is lost.
  const script = `export HEARD="/run/heard-$0"; : > "$HEARD"
    for _ in $(seq 60); do printf "$1"; sleep 3; if ${holds}; then break; fi; done | node /project/dist/cli/main.js console "$0" | tee "$HEARD"`;
  return lab.exec(['sh', '-c', script, name, text], { timeout: 300_000 });
}
