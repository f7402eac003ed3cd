import { chmod, writeFile } from 'node:fs/promises';

/** How a stand-in for the QEMU binary behaves. */
export interface FakeQemuOptions {
  readonly version?: string;
  /** Exit code of a start with `-accel kvm`, or for ever. */
  readonly kvm?: number | 'hangs';
  /** Exit code of every question. */
  readonly answers?: number;
}

/**
 * Writes a script that answers the questions of the probe as QEMU does, and counts its starts in `<path>.starts`, one line each. For hosts that
 * tests cannot have: an old QEMU, a KVM that works, a KVM that hangs.
 */
export async function fakeQemu(path: string, { version = '7.2.22', kvm = 85, answers = 0 }: FakeQemuOptions = {}): Promise<void> {
  const script = `#!/bin/sh
echo "$1" >> '${path}.starts'
case "$1 $2" in
  --version*) echo 'QEMU emulator version ${version} (Debian)' ;;
  '-machine help') printf 'Supported machines are:\\npc   Standard PC (alias of pc-i440fx-7.2)\\nq35  Standard PC\\n' ;;
  '-device help') printf 'Controller devices:\\nname "virtio-blk-pci", bus PCI, alias "virtio-blk"\\n\\nname "VGA", bus PCI\\n' ;;
  *) ${kvm === 'hangs' ? 'echo "KVM internal error" >&2; exec sleep 60' : `exit ${kvm}`} ;;
esac
exit ${answers}
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
}
