import type { FilePort } from '../../../effects/ports/files.js';
import type { RunLog } from '../../contract.js';
import type { StateLayout } from '../../contract/state-layout.js';
import { configFile } from '../render/anchor.js';

/** XEN_LOG_DIR of libxl's build. */
const usualDirectory = '/var/log/xen';

/**
 * What the QEMU of a domain said, where xl has started one: for hvm, and for what QEMU serves to the others. libxl begins the log anew with each
 * such QEMU, and leaves it for good; so one that is older than the domain's xl.cfg is of an earlier domain of that name. Nothing secret is in
 * it: what the engine tells a QEMU in confidence goes through its monitor.
 */
export async function runLogs(files: Pick<FilePort, 'stat'>, layout: StateLayout, directory = usualDirectory): Promise<readonly RunLog[]> {
  const path = `${directory}/qemu-dm-${layout.directory.slice(layout.directory.lastIndexOf('/') + 1)}.log`;
  const [log, config] = await Promise.all([files.stat(path), files.stat(configFile({ layout }))]);
  if (log === undefined || config === undefined || log.modified < config.modified) return [];
  return [{ name: 'qemu-dm.log', path }];
}
