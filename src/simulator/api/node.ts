import type { ApiCall, Handlers } from './call.ts';

/** A node's own figures. */
export const nodeHandlers: Handlers = {
  'GET /nodes/{node}': () =>
    ['qemu', 'lxc', 'storage', 'tasks', 'status', 'version'].map((name) => ({ name })),
  'GET /nodes/{node}/status': getStatus,
  'GET /nodes/{node}/time': ({ cluster }) => {
    const time = cluster.nowSeconds();
    return { time, localtime: time, timezone: 'UTC' };
  },
};

function getStatus({ cluster, node: name }: ApiCall): object {
  const node = cluster.requireNode(name);
  const used = Math.floor(node.memory / 12);
  const free = node.memory - used;
  const { total, used: taken } = node.rootfs;
  const release = cluster.behaviour.major < 8 ? '5.15.158-2-pve' : '6.8.12-9-pve';
  const kernel = {
    sysname: 'Linux',
    release,
    version: `#1 SMP PREEMPT_DYNAMIC PMX ${release}`,
    machine: 'x86_64',
  };
  return {
    cpu: 0.0125,
    cpuinfo: {
      model: 'Simulated CPU',
      cores: node.cpus,
      cpus: node.cpus,
      sockets: 1,
      mhz: '2400.000',
      hvm: '1',
      user_hz: 100,
      flags: 'fpu vme de pse',
    },
    idle: 0,
    wait: 0,
    uptime: Math.floor((cluster.clock.now() - node.bootedAt) / 1000),
    loadavg: ['0.05', '0.03', '0.00'],
    memory: { total: node.memory, used, free, ...(cluster.behaviour.major < 9 ? {} : { available: free }) },
    swap: { total: 0, used: 0, free: 0 },
    rootfs: { total, used: taken, free: total - taken, avail: total - taken },
    ksm: { shared: 0 },
    kversion: `Linux ${release} ${kernel.version}`,
    pveversion: `pve-manager/${cluster.behaviour.version}/${cluster.world.repoid ?? '14a22df35955d97d'}`,
    ...(cluster.behaviour.major < 8
      ? {}
      : { 'boot-info': { mode: 'efi', secureboot: 0 }, 'current-kernel': kernel }),
  };
}
