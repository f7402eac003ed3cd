/** What a domain holds alone, or shares, while its anchor may live. */
export interface Claim {
  readonly kind: 'image' | 'host-port' | 'tap' | 'vsock-cid' | 'vnc-display' | 'pci' | 'usb';
  readonly id: string;
  readonly mode: 'exclusive' | 'shared';
  readonly field: string;
}
