import { test } from 'vitest';
import { productLab } from './product-lab.js';
import { serveTheStore } from './store-scenario.js';

const { lab } = productLab();

test('the xenstore client serves the store of a real dom0', () => serveTheStore(lab, 'socket'));
