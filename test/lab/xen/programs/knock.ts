/** Knocks at a VNC server of dom0 with the password on stdin, or without one where that is empty: `knock.js PORT`; prints how it was received. */
import { text } from 'node:stream/consumers';
import { knock } from '../../../support/vnc-viewer.js';

/** For a server in an emulated machine that is busy. Milliseconds. */
const patience = 60_000;

const password = await text(process.stdin);
console.log(JSON.stringify(await knock(Number(process.argv[2]), password === '' ? undefined : password, patience)));
