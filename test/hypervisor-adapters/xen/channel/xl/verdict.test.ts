import { expect, it } from 'vitest';
import { complains } from '../../../../../src/hypervisor-adapters/xen/channel/xl/verdict.js';

it('tells complaints of xl and libxl from what they say besides', () => {
  const complaints = [
    'libxl: error: libxl_device.c:1181:device_backend_callback: Domain 5:unable to add device with path /local/domain/4/backend/vtpm/5/0',
    'libxl: error: libxl_domain.c:1064:domain_destroy_cb: Domain 5:Destruction of domain failed',
    'xc: error: panic: xg_dom_boot.c:122: xc_dom_boot_mem_init: can\'t allocate low memory for domain: Out of memory',
  ];
  const others = [
    'Parsing config from /run/hypervisor/xen/web/xl.cfg',
    'libxl: info: libxl_device.c:1067:libxl__initiate_device_generic_remove: backend already removed, cleanup frontend only',
    'libxl: warning: libxl_dom.c:70: no errors so far',
    'Waiting for domain web (domid 7) to die [pid 4242]',
  ];
  expect(complaints.filter(complains)).toEqual(complaints);
  expect(others.filter(complains)).toEqual([]);
});
