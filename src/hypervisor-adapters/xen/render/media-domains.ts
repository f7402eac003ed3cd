/** A display that another domain shows, and a sound card that another domain plays: the document names it. */
import type { PlannedDevice } from '../../../device-model/model.js';
import type { DisplaySpec, DomainSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import { numberProblems } from './back-end-domain.js';
import { listSetting, joinParts, part, type Part, type PlanContext } from './part.js';
import { specString, type SpecValue, splitValues } from './spec-string.js';

/** Where a document gives no resolution: what QEMU's displays begin with. */
const usualResolution = { width: 1280, height: 800 };
/** Where a document names no connector: a surface of Wayland has no name, and any number will do. */
const usualConnector = '0';
/** Where a document names no sound device: the first card. What ALSA calls `default` is often its mixer, which does not take the clock that snd_be asks for. */
const usualDevice = 'alsa<plughw:0;0>';

/** What a document has served by another domain. */
interface Served {
  readonly field: string;
  /** Name of that domain; undefined where the document names none. */
  readonly backend: string | undefined;
  /** What there must be for it to serve, and the cure where there is not. */
  readonly lacking: readonly [message: string, cure: string];
  /** Fields that are for that domain's program alone, by the values that they have. */
  readonly details: Readonly<Record<string, string | undefined>>;
  /** Undefined where there is nothing to serve. */
  readonly serve: ((backend: string) => Partial<Part>) | undefined;
}

export function mediaDomains(context: PlanContext): Part {
  const { spec } = context.document;
  return joinParts([shown(spec), played(spec)].map((served) => servedElsewhere(context, served)));
}

function servedElsewhere({ type }: PlanContext, { backend, details, field, lacking, serve }: Served): Part {
  const given = Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [{ key: name, value, field: name }]));
  if (backend === undefined) return part({ problems: given.map((detail) => conflict(detail.field, 'it is for a program in another domain, and none is named', `name the domain as ${field.replace('spec.', '')}`)) });
  if (serve === undefined) return part({ problems: [conflict(field, ...lacking)] });
  if (type === 'hvm') return part({ problems: [conflict(field, 'an hvm guest has the devices of a PC emulated for it', 'use xen.type: pv or pvh')] });
  const { problems = [], ...served } = serve(backend);
  // A comma is written as a semicolon there, which xl leaves whole.
  const split = splitValues(given).map((problem) => ({ ...problem, cure: 'write a semicolon in its place' }));
  return part({ ...served, problems: [...numberProblems(field, backend), ...split, ...problems] });
}

/** A DRM display with its keyboard and pointer. Back ends are programs, such as displ_be, and may be in dom0. */
function shown({ display, input, xen }: DomainSpec): Served {
  const field = 'spec.xen.displayBackend';
  return {
    field,
    backend: xen?.displayBackend,
    lacking: ['there is no display for it to show', 'add a display'],
    details: { 'spec.xen.displayConnector': xen?.displayConnector, 'spec.xen.displayInput': xen?.displayInput },
    serve: display === undefined ? undefined : (backend) => displayOf(display, input, { backend, field, connector: xen?.displayConnector ?? usualConnector, asked: xen?.displayInput }),
  };
}

interface Screen {
  readonly backend: string;
  readonly field: string;
  readonly connector: string;
  /** What keys and movements come from, as displ_be writes it; undefined: from the surface that is the connector. */
  readonly asked: string | undefined;
}

function displayOf({ resolution, vnc }: DisplaySpec, inputs: DomainSpec['input'], { asked, backend, connector, field }: Screen): Partial<Part> {
  const { height, width } = resolution ?? usualResolution;
  const from = { key: 'backend', value: backend, field };
  const source = asked ?? `K:${connector};P:${connector}`;
  const asking = inputs.length === 0 ? ['spec.display'] : inputs.map((_, index) => `spec.input[${index}]`);
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
        properties: { width, height, connector, source },
      },
      ...asking.map(
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
      ...listSetting('vdispl', [specString([from, size('connectors', `${connector}:${width}x${height}`)])], field),
      ...listSetting('vkb', [specString([from, ...pointer(inputs, source), size('width', width), size('height', height)])], field),
    ],
    problems: vnc === undefined ? [] : [conflict('spec.display.vnc', 'the display is shown by the domain that xen.displayBackend names, which serves no VNC for it', 'leave out one of them')],
  };
}

/** A keyboard and a pointer. displ_be tells a pointer's movements and never its places, and one with absolute axes would lose them: hence a mouse, unless a tablet is asked for. */
function pointer(inputs: DomainSpec['input'], source: string): readonly SpecValue[] {
  return [
    { key: 'backend-type', value: 'linux', field: 'spec.xen.displayBackend' },
    { key: 'unique-id', value: source, field: 'spec.xen.displayInput' },
    { key: 'feature-abs-pointer', value: inputs.includes('tablet') ? 1 : 0, field: 'spec.input' },
  ];
}

/** One card for playing and recording, whose formats are those that the other side offers. */
function played({ sound, xen }: DomainSpec): Served {
  const field = 'spec.xen.soundBackend';
  return {
    field,
    backend: xen?.soundBackend,
    lacking: ['there is no sound for it to play', 'write sound: true'],
    details: { 'spec.xen.soundDevice': xen?.soundDevice },
    serve: sound ? (backend) => cardOf({ backend, field, device: xen?.soundDevice ?? usualDevice }) : undefined,
  };
}

/** snd_be knows its device by the id of a stream; both streams may have the same. */
function cardOf({ backend, device, field }: { readonly backend: string; readonly device: string; readonly field: string }): Partial<Part> {
  const card = [
    `CARD, ${specString([{ key: 'backend', value: backend, field }])}, short-name=windlass`,
    'PCM, name=main',
    `STREAM, unique-id=${device}, type=p`,
    `STREAM, unique-id=${device}, type=c`,
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
        properties: { device },
      },
    ],
    settings: [{ key: 'vsnd', value: [card], field }],
  };
}

function conflict(field: string, message: string, cure: string): PlanProblem {
  return { field, code: 'PLAN_FIELD_CONFLICT', message, cure };
}
