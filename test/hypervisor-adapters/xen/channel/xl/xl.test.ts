import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostPorts } from '../../../../../src/effects/host-ports.js';
import { isXlError } from '../../../../../src/hypervisor-adapters/xen/channel/xl/errors.js';
import { createXl, type Xl, type XlDeadlines } from '../../../../../src/hypervisor-adapters/xen/channel/xl/xl.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../../../effects/temporary-directory.js';
import { fakeXl, xlInfo, type FakeAnswer } from '../../fake-xl.js';

const ports = hostPorts();
let scratch: TemporaryDirectory;
let made = 0;

beforeAll(async () => {
  scratch = await temporaryDirectory();
});
afterAll(async () => {
  await ports.close();
  await scratch[Symbol.asyncDispose]();
});

const patient: XlDeadlines = { command: 10_000, destroy: 10_000, suspend: 10_000, acknowledgement: 10_000 };

/** An xl that gives these answers, and what it was asked. */
async function xlWith(answers: Readonly<Record<string, FakeAnswer>>, deadlines = patient): Promise<{ readonly xl: Xl; readonly calls: () => Promise<string> }> {
  made += 1;
  const path = `${scratch.path}/xl${made}`;
  await fakeXl(path, answers);
  return { xl: createXl(ports.processes, path, deadlines), calls: () => readFile(`${path}.calls`, 'utf8') };
}

const pausing = 'libxl: error: libxl_domain.c:587:libxl_domain_pause: Domain 99:Pausing domain: No such process\n';

describe('commands of xl', () => {
  it('are called with these arguments', async () => {
    const fine = { stdout: '' };
    const heading = 'Name                                        ID   Mem VCPUs\tState\tTime(s)   UUID                            Reason-Code\tSecurity Label\n';
    const { xl, calls } = await xlWith({
      list: { stdout: heading },
      info: { stdout: xlInfo() },
      'cpupool-list': { stdout: 'Name               CPU list\nPool-0             0,2\n' },
      unpause: fine,
      pause: fine,
      suspend: fine,
      resume: fine,
      help: { stdout: 'Usage: xl [-vtTf] suspend <Domain>\n\nSuspend a domain to RAM.\n\n' },
      'mem-set': fine,
      shutdown: { stderr: 'Shutting down domain 3\n' },
      trigger: fine,
      destroy: fine,
      'pci-assignable-add': { stderr: 'libxl: warning: libxl_pci.c:749:libxl__device_pci_assignable_add: 0000:00:04.0 already assigned to pciback\n' },
      'pci-assignable-remove': fine,
      'pci-assignable-list': { stdout: '0000:00:04.0 \n0001:89:00.1 nic\nnonsense\n' },
    });
    expect(await xl.list()).toEqual({ domains: [], unreadable: [] });
    expect((await xl.info()).freeMemoryMiB).toBe(1255);
    expect(await xl.cpus()).toEqual([0, 2]);
    await xl.unpause(3);
    await xl.pause(3);
    await xl.suspend(3);
    await xl.resume(3);
    expect(await xl.canSuspend()).toBe(true);
    await xl.memSet(3, 65536);
    expect(await xl.shutdown(3)).toBe('acknowledged');
    await xl.trigger(3, 'power');
    await xl.destroy(3);
    await xl.destroy({ name: 'web' });
    await xl.pciAssignableAdd('0000:00:04.0');
    await xl.pciAssignableRemove('0000:00:04.0');
    expect(await xl.pciAssignableList()).toEqual(['0000:00:04.0', '0001:89:00.1']);
    expect(await calls()).toBe(
      ['list -v', 'info', 'cpupool-list -c', 'unpause 3', 'pause 3', 'suspend 3', 'resume 3', 'help suspend', 'mem-set 3 65536k', 'shutdown 3', 'trigger 3 power', 'destroy 3', 'destroy web'].join('\n') +
        '\npci-assignable-add 0000:00:04.0\npci-assignable-remove -r 0000:00:04.0\npci-assignable-list\n',
    );
  });

  it('that suspend a guest and let it go on fail for what xl 4.20 says: it exits with 0', async () => {
    const resumed = 'xc: error: Dom 1 not suspended: (shutdown 0, reason 255): Internal error\nlibxl: error: libxl_dom_suspend.c:661:domain_resume_done: Domain 1:xc_domain_resume failed: Invalid argument\n';
    const gone = 'libxl: error: libxl_dom.c:37:libxl__domain_type: Domain 77:unable to get dominfo: No such process\n';
    const { xl } = await xlWith({ suspend: { stderr: gone }, resume: { stderr: resumed } });
    await expect(xl.suspend(77)).rejects.toMatchObject({ code: 'XL_DOMAIN_UNKNOWN' });
    await expect(xl.resume(1)).rejects.toMatchObject({ code: 'XL_FAILED', retryable: false });
  });

  it('fail for what xl says, also where it exits with 0', async () => {
    const { xl } = await xlWith({ pause: { stderr: pausing }, unpause: { stderr: 'libxl: error: libxl_domain.c:600:domain_unpause_done: Domain 3:Unpausing domain: Permission denied\n' } });
    await expect(xl.pause(99)).rejects.toMatchObject({ code: 'XL_DOMAIN_UNKNOWN', retryable: false });
    await expect(xl.unpause(3)).rejects.toThrow(/^xl unpause 3 said an error: .*Permission denied$/);
  });

  it('tell of a domain that is gone in the words of xl 4.20, which exits with 0 for some of them', async () => {
    const gone = 'libxl: error: libxl_dom.c:37:libxl__domain_type: Domain 99:unable to get dominfo: No such process\n';
    const { xl } = await xlWith({
      unpause: { stderr: gone },
      pause: { stderr: 'libxl: error: libxl_domain.c:583:libxl_domain_pause: Domain 99:Pausing domain: No such process\n' },
      trigger: { stderr: "libxl: error: libxl_domain.c:2209:libxl_send_trigger: Domain 99:Send trigger 'power' failed: No such process\n" },
      shutdown: { stderr: `Shutting down domain 99\n${gone}shutdown failed (rc=-3)\n`, code: 1 },
      'mem-set': { stderr: 'libxl: error: libxl_domain.c:354:libxl_domain_info: Domain 99:Getting domain info: No such process\nlibxl: error: libxl_dom.c:1244:libxl__userdata_path: unable to find domain info for domain 99: No such process\ncannot set domid 99 dynamic max memory to : 100\n', code: 1 },
    });
    // All are heard from the start: on busy cores a later one may reject first.
    const asked = [xl.unpause(99), xl.pause(99), xl.trigger(99, 'power'), xl.shutdown(99), xl.memSet(99, 100)];
    await Promise.all(asked.map((each) => expect(each).rejects.toMatchObject({ code: 'XL_DOMAIN_UNKNOWN' })));
  });

  it('succeed where only a device made trouble on the way, and xl says that all is done', async () => {
    const { xl } = await xlWith({ destroy: { stderr: 'libxl: error: libxl_device.c:1109:device_backend_callback: Domain 3:unable to remove device with path /local/domain/0/backend/vbd/3/51712\n' } });
    await xl.destroy(3);
  });

  it.each([
    ['a name that nobody has', 'web is an invalid domain identifier (rc=-6)\n'],
    ['a number that nobody has', 'libxl: error: libxl_domain.c:1183:libxl__destroy_domid: Domain 99:Non-existant domain\nlibxl: error: libxl_domain.c:1137:domain_destroy_callback: Domain 99:Unable to destroy guest\nlibxl: error: libxl_domain.c:1064:domain_destroy_cb: Domain 99:Destruction of domain failed\ndestroy failed (rc=-21)\n'],
    ['a domain that is going away', 'libxl: error: libxl_dom.c:37:libxl__domain_type: unable to get domain type for domid=99\ndestroy failed (rc=-3)\n'],
    ['a number that nobody has, of xl 4.20', 'libxl: error: libxl_domain.c:354:libxl_domain_info: Domain 99:Getting domain info: No such process\nlibxl: error: libxl_domain.c:1179:libxl__destroy_domid: Domain 99:Non-existant domain\nlibxl: error: libxl_domain.c:1133:domain_destroy_callback: Domain 99:Unable to destroy guest\nlibxl: error: libxl_domain.c:1060:domain_destroy_cb: Domain 99:Destruction of domain failed\ndestroy failed (rc=-21)\n'],
  ])('tell that there is no such domain: %s', async (_what, stderr) => {
    const { xl } = await xlWith({ destroy: { stderr, code: 1 } });
    const failure: unknown = await xl.destroy(99).catch((thrown: unknown) => thrown);
    expect(isXlError(failure, 'XL_DOMAIN_UNKNOWN')).toBe(true);
  });

  it('tell that somebody else destroys the domain, too: look again', async () => {
    const { xl } = await xlWith({ destroy: { stderr: 'destroy failed (rc=-15)\n', code: 1 } });
    await expect(xl.destroy(3)).rejects.toMatchObject({ code: 'XL_UNCERTAIN', retryable: true });
  });

  it('are not given a name that xl would take for a number or an option', async () => {
    const { xl, calls } = await xlWith({ destroy: {} });
    for (const name of ['5', '-f', '', '0x3']) {
      if (name === '0x3') await xl.destroy({ name });
      else await expect(xl.destroy({ name })).rejects.toMatchObject({ code: 'XL_FAILED' });
    }
    expect(await calls()).toBe('destroy 0x3\n');
  });

  it('have a deadline each, and leave no process', async () => {
    const { xl } = await xlWith({ list: { hangs: true }, destroy: { hangs: true } }, { command: 200, destroy: 200, suspend: 200, acknowledgement: 200 });
    await expect(xl.list()).rejects.toMatchObject({ code: 'XL_TIMEOUT', retryable: true });
    await expect(xl.destroy(3)).rejects.toMatchObject({ code: 'XL_TIMEOUT', retryable: true });
    expect(await ports.processes.findByArgument(`${scratch.path}/xl${made}`)).toEqual([]);
  });

  it('can be called off', async () => {
    const { xl } = await xlWith({ list: { hangs: true } });
    await expect(xl.list(AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('tell a guest that does not answer from one that obeys, and from one without the means', async () => {
    const deaf = await xlWith({ shutdown: { stderr: 'Shutting down domain 3\n', hangs: true } }, { ...patient, acknowledgement: 200 });
    expect(await deaf.xl.shutdown(3)).toBe('unanswered');
    const bare = await xlWith({ shutdown: { stderr: 'Shutting down domain 3\nPV control interface not available: external graceful shutdown not possible.\nUse "-F" to fallback to ACPI power event.\nshutdown failed (rc=-10)\n', code: 1 } });
    await expect(bare.xl.shutdown(3)).rejects.toThrow(/^xl shutdown 3 ended with code 1: .*PV control interface not available/);
  });

  it('fail where the output is not what was asked', async () => {
    const { xl } = await xlWith({ list: { stdout: 'hello\n' }, info: { stdout: 'host : a\n' } });
    await expect(xl.list()).rejects.toMatchObject({ code: 'XL_OUTPUT' });
    await expect(xl.info()).rejects.toMatchObject({ code: 'XL_OUTPUT' });
  });

  it('cannot be run where there is no xl', async () => {
    await expect(createXl(ports.processes, `${scratch.path}/none`).list()).rejects.toMatchObject({ code: 'COMMAND_NOT_FOUND' });
  });
});
