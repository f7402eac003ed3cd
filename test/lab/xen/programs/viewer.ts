/**
 * Looks at a VNC server of dom0 until the pixel at a place has a colour, then presses a key, and prints the size of the screen:
 * `viewer.js PORT X Y RRGGBB KEYSYM`, with the password on stdin, which is empty where there is none. Ends with an error when nothing changes
 * for a minute.
 */
import { text } from 'node:stream/consumers';
import { openDesktop } from '../../../support/vnc-desktop.js';

const [port, x, y, , keysym] = process.argv.slice(2).map(Number) as [number, number, number, number, number];
const wanted = process.argv[5];
const password = await text(process.stdin);
const desktop = await openDesktop(port, 60_000, password === '' ? undefined : password);
do await desktop.look();
while (desktop.colourAt(x, y) !== wanted);
desktop.press(keysym);
await desktop.leave();
console.log(JSON.stringify({ width: desktop.width, height: desktop.height }));
