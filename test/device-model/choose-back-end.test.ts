import { expect, it } from 'vitest';
import { chooseBackEnd, type BackEndOption } from '../../src/device-model/choose-back-end.js';

const vmm: BackEndOption = { backEnd: { kind: 'vmm', name: 'tap' }, usable: true, reason: 'the VMM moves packets' };
const process: BackEndOption = { backEnd: { kind: 'process', name: 'vhost-user' }, usable: true, reason: 'a process moves packets' };
const kernel: BackEndOption = { backEnd: { kind: 'kernel', name: 'vhost-net' }, usable: true, reason: 'the kernel moves packets' };

it('prefers the kernel, then a process, then the VMM, in whatever order they are offered', () => {
  expect(chooseBackEnd([vmm, process, kernel]).backEnd?.name).toBe('vhost-net');
  expect(chooseBackEnd([vmm, process]).backEnd?.name).toBe('vhost-user');
  expect(chooseBackEnd([vmm]).why).toBe('tap serves it: the VMM moves packets');
});

it('says why it passed over what is nearer to the kernel', () => {
  const decision = chooseBackEnd([vmm, { ...kernel, usable: false, reason: '/dev/vhost-net cannot be opened' }]);
  expect(decision).toEqual({ backEnd: vmm.backEnd, why: 'tap serves it: the VMM moves packets; vhost-net is passed over: /dev/vhost-net cannot be opened' });
});

it('has no answer when nothing is usable', () => {
  expect(chooseBackEnd([{ ...kernel, usable: false, reason: 'switched off' }])).toEqual({ backEnd: undefined, why: 'vhost-net is passed over: switched off' });
});
