/** A display that another domain shows, and a sound card that another domain plays: the document names it. */
import type { PlannedDevice } from '../../../device-model/model.js';
import type { DisplaySpec, DomainSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract.js';
import { numberProblems } from './back-end-domain.js';
import { listSetting, joinParts, part, type Part, type PlanContext } from './part.js';
import { specString } from './spec-string.js';

/** Where a document gives no resolution: what QEMU's displays begin with. */
const usualResolution = { width: 1280, height: 800 };

/** What a document has served by another domain. */
interface Served {
  readonly field: string;
  /** Name of that domain; undefined where the document names none. */
  readonly backend: string | undefined;
  /** What there must be for it to serve, and the cure where there is not. */
  readonly lacking: readonly [message: string, cure: string];
  /** Undefined where there is nothing to serve. */
  readonly serve: ((backend: string) => Partial<Part>) | undefined;
}

export function mediaDomains(context: PlanContext): Part {
  const { spec } = context.document;
  return joinParts([shown(spec), played(spec)].map((served) => servedElsewhere(context, served)));
}

function servedElsewhere({ type }: PlanContext, { backend, field, lacking, serve }: Served): Part {
  if (backend === undefined) return part({});
  if (serve === undefined) return part({ problems: [conflict(field, ...lacking)] });
  if (type === 'hvm') return part({ problems: [conflict(field, 'an hvm guest has the devices of a PC emulated for it', 'use xen.type: pv or pvh')] });
  const { problems = [], ...served } = serve(backend);
  return part({ ...served, problems: [...numberProblems(field, backend), ...problems] });
}

/** A DRM display with its keyboard and pointer. Back ends are programs, such as displ_be, and may be in dom0. */
function shown({ display, input, xen }: DomainSpec): Served {
  const field = 'spec.xen.displayBackend';
  return {
    field,
    backend: xen?.displayBackend,
    lacking: ['there is no display for it to show', 'add a display'],
    serve: display === undefined ? undefined : (backend) => displayOf(display, input.length === 0 ? ['spec.display'] : input.map((_, index) => `spec.input[${index}]`), { backend, field }),
  };
}

/** `inputs`: fields that ask for an input device. */
function displayOf({ resolution, vnc }: DisplaySpec, inputs: readonly string[], { backend, field }: { readonly backend: string; readonly field: string }): Partial<Part> {
  const { height, width } = resolution ?? usualResolution;
  const from = { key: 'backend', value: backend, field };
  const size = (key: string, value: string | number) => ({ key, value, field: 'spec.display.resolution' });
  return {
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
    problems: vnc === undefined ? [] : [conflict('spec.display.vnc', 'the display is shown by the domain that xen.displayBackend names, which serves no VNC for it', 'leave out one of them')],
  };
}

/** One card for playing and recording, whose formats are those that the other side offers. */
function played({ sound, xen }: DomainSpec): Served {
  const field = 'spec.xen.soundBackend';
  return {
    field,
    backend: xen?.soundBackend,
    lacking: ['there is no sound for it to play', 'write sound: true'],
    serve: sound ? (backend) => cardOf({ backend, field }) : undefined,
  };
}

function cardOf({ backend, field }: { readonly backend: string; readonly field: string }): Partial<Part> {
  const card = [
    `CARD, ${specString([{ key: 'backend', value: backend, field }])}, short-name=windlass`,
    'PCM, name=main',
    'STREAM, unique-id=play, type=p',
    'STREAM, unique-id=record, type=c',
  ];
  return {
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
  };
}

function conflict(field: string, message: string, cure: string): PlanProblem {
  return { field, code: 'PLAN_FIELD_CONFLICT', message, cure };
}
