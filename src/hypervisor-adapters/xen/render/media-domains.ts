/** A display that another domain shows, and a sound card that another domain plays: the document names it. */
import type { PlannedDevice } from '../../../device-model/model.js';
import type { DisplaySpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract.js';
import { listSetting, joinParts, part, type Part, type PlanContext } from './part.js';
import { numberProblems } from './other-domains.js';
import { specString } from './spec-string.js';

/** Where a document gives no resolution: what QEMU's displays begin with. */
const usualResolution = { width: 1280, height: 800 };

export function mediaDomains(context: PlanContext): Part {
  return joinParts([shownElsewhere(context), playedElsewhere(context)]);
}

/** A DRM display with its keyboard and pointer. Back ends are programs, such as displ_be, and may be in dom0. */
function shownElsewhere({ document: { spec }, type }: PlanContext): Part {
  const field = 'spec.xen.displayBackend';
  const backend = spec.xen?.displayBackend;
  if (backend === undefined) return part({});
  if (spec.display === undefined) return part({ problems: [conflict(field, 'there is no display for it to show', 'add a display')] });
  if (type === 'hvm') return part({ problems: [onlyWithoutPc(field)] });
  const { height, width } = spec.display.resolution ?? usualResolution;
  const inputs = spec.input.length === 0 ? ['spec.display'] : spec.input.map((_, index) => `spec.input[${index}]`);
  const from = { key: 'backend', value: backend, field };
  const size = (key: string, value: string | number) => ({ key, value, field: 'spec.display.resolution' });
  return part({
    devices: [
      {
        id: 'video0',
        class: 'display',
        frontEnd: 'drm-xen-front',
        bus: 'xenbus',
        backEnd: { kind: 'process', name: 'displ_be', host: backend },
        why: `${backend} shows what the guest draws, without an emulated card`,
        field: 'spec.display',
        properties: { width, height },
      },
      ...inputs.map(
        (of, index): PlannedDevice => ({
          id: `input${index}`,
          class: 'input',
          frontEnd: 'xen-kbdfront',
          bus: 'xenbus',
          backEnd: { kind: 'process', name: 'displ_be', host: backend },
          why: 'what shows the display has the keyboard and the pointer; one device serves as both',
          field: of,
          properties: {},
        }),
      ),
    ],
    settings: [
      ...listSetting('vdispl', [specString([from, size('connectors', `0:${width}x${height}`)])], field),
      ...listSetting('vkb', [specString([from, { key: 'backend-type', value: 'linux', field }, { key: 'unique-id', value: 'input0', field }, { key: 'feature-abs-pointer', value: 1, field }, size('width', width), size('height', height)])], field),
    ],
    problems: [...numberProblems(field, backend), ...displayProblems(spec.display)],
  });
}

/** One card for playing and recording, whose formats are those that the other side offers. */
function playedElsewhere({ document: { spec }, type }: PlanContext): Part {
  const field = 'spec.xen.soundBackend';
  const backend = spec.xen?.soundBackend;
  if (backend === undefined) return part({});
  if (!spec.sound) return part({ problems: [conflict(field, 'there is no sound for it to play', 'write sound: true')] });
  if (type === 'hvm') return part({ problems: [onlyWithoutPc(field)] });
  const card = [
    `CARD, ${specString([{ key: 'backend', value: backend, field }])}, short-name=windlass`,
    'PCM, name=main',
    'STREAM, unique-id=play, type=p',
    'STREAM, unique-id=record, type=c',
  ];
  return part({
    devices: [
      {
        id: 'sound0',
        class: 'sound',
        frontEnd: 'snd-xen-front',
        bus: 'xenbus',
        backEnd: { kind: 'process', name: 'snd_be', host: backend },
        why: `${backend} plays what the guest sounds, without an emulated card`,
        field: 'spec.sound',
        properties: {},
      },
    ],
    settings: [{ key: 'vsnd', value: [card], field }],
    problems: numberProblems(field, backend),
  });
}

function displayProblems({ vnc }: DisplaySpec): readonly PlanProblem[] {
  return vnc === undefined ? [] : [conflict('spec.display.vnc', 'the display is shown by the domain that xen.displayBackend names, which serves no VNC for it', 'leave out one of them')];
}

function onlyWithoutPc(field: string): PlanProblem {
  return conflict(field, 'an hvm guest has the devices of a PC emulated for it', 'use xen.type: pv or pvh');
}

function conflict(field: string, message: string, cure: string): PlanProblem {
  return { field, code: 'PLAN_FIELD_CONFLICT', message, cure };
}
