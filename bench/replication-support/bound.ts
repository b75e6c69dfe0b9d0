import { diskBandwidth, gibibyte, linkBandwidth, nodeCount, templates } from './world.ts';

/**
 * Seconds in which nobody can be faster who copies each replica from its original: what the busiest disk or link has to
 * carry, at its full bandwidth. An original's disk carries each replica twice (the clone, and reading it for the
 * migration), a target's disk once; links carry each replica once, out and in.
 */
export function computeBound(): number {
  const nodes = Array.from({ length: nodeCount }, (_, index) => index + 1);
  const sum = (list: readonly { gib: number }[]) =>
    list.reduce((total, { gib }) => total + gib, 0) * gibibyte;
  const loads = nodes.map((node) => {
    const own = sum(templates.filter((template) => template.node === node));
    const others = sum(templates) - own;
    const out = own * (nodeCount - 1);
    return Math.max((2 * out + others) / diskBandwidth, (out + others) / linkBandwidth);
  });
  return Math.max(...loads);
}
