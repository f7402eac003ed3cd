/** Among a probe's `devices`: xl can suspend a guest that stays in memory, and let it go on. */
export const suspendAbility = 'suspend';
