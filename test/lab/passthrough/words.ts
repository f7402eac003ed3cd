/** What scenarios are told in: the drivers of the lab's functions, and what its guests have said. */
import type { Inside } from '../machine/lab.js';
import { stateDirectory } from '../product/product.js';

/** Runs a command that must succeed; resolves to what it printed. */
export async function run(lab: Inside, ...argv: readonly string[]): Promise<string> {
  const { code, stderr, stdout } = await lab.exec(argv, { cwd: '/' });
  if (code !== 0) throw new Error(`${argv.join(' ')} failed (${code}): ${stderr}${stdout}`);
  return stdout;
}

/** The driver of a function, or `none`. */
export async function driverOf(lab: Inside, address: string): Promise<string> {
  const { code, stdout } = await lab.exec(['readlink', `/sys/bus/pci/devices/${address}/driver`]);
  return code === 0 ? (stdout.trim().split('/').at(-1) ?? '') : 'none';
}

/** The drivers of several, in their order. */
export function driversOf(lab: Inside, addresses: readonly string[]): Promise<readonly string[]> {
  return Promise.all(addresses.map((address) => driverOf(lab, address)));
}

/** Name of the interface that a network card has now. */
export async function interfaceOf(lab: Inside, address: string): Promise<string> {
  const found = await run(lab, 'sh', '-c', 'cd "/sys/bus/pci/devices/$0" && ls -d net/* virtio*/net/* 2> /dev/null | head -n 1', address);
  const name = found.trim().split('/').at(-1) ?? '';
  if (name === '') throw new Error(`${address} has no interface`);
  return name;
}

/** All that a guest has said on its console so far. */
export async function consoleOf(lab: Inside, name: string): Promise<string> {
  return (await lab.exec(['sh', '-c', 'cat "$0" 2> /dev/null || true', `${stateDirectory}/qemu/${name}/console.log`])).stdout;
}

export async function anchorOf(lab: Inside, name: string): Promise<number> {
  return Number(await run(lab, 'cat', `${stateDirectory}/qemu/${name}/pid`));
}

/** What the operators' monitor of a guest answers to a command. */
export async function askMonitor(lab: Inside, name: string, command: string): Promise<unknown> {
  const program = [
    "const socket = require('node:net').connect(process.argv[1]);",
    "socket.write(JSON.stringify({ execute: 'qmp_capabilities' }) + JSON.stringify({ execute: process.argv[2], id: 'asked' }));",
    "let said = ''; socket.on('data', (data) => { said += data; const line = said.split('\\n').find((one) => one.includes('\"asked\"')); if (line) { console.log(line); process.exit(); } });",
    "setTimeout(() => process.exit(1), 20_000);",
  ].join('\n');
  const answer = await run(lab, 'node', '-e', program, `${stateDirectory}/qemu/${name}/monitor`, command);
  return (JSON.parse(answer) as { return?: unknown }).return;
}
