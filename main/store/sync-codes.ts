/** Kinds and results of changes as the numbers that a sync's file keeps: the place in these lists, which only grow. */
export const ops = ['add', 'change', 'remove', 'invalid'] as const
export const states = ['planned', 'sending', 'accepted', 'skipped', 'refused', 'unknown'] as const

export const op = (name: (typeof ops)[number]): number => ops.indexOf(name)
export const state = (name: (typeof states)[number]): number => states.indexOf(name)
