/**
 * Asks a VNC server of dom0 for the first of its screens, by Ctrl-Alt-1: `first-screen.js PORT`, with the password on stdin, which is empty
 * where there is none. QEMU 10 and later show no frame buffer of Xen's otherwise, since a guest brings that up after the server is there.
 */
import { text } from 'node:stream/consumers';
import { openDesktop } from '../../../support/vnc-desktop.js';

/** X11 keysyms. */
const controlAlt1 = [0xffe3, 0xffe9, 0x31];

const password = await text(process.stdin);
const desktop = await openDesktop(Number(process.argv[2]), 60_000, password === '' ? undefined : password);
desktop.press(...controlAlt1);
await desktop.leave();
