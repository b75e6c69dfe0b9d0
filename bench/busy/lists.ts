/** Fifty lists as a front end's users open them: other clusters, nodes, names, orders and pages. */
const fields = '__typename id name vmid node state isReplica lastVerifiedAt';
const query = `query Templates($where: TemplateWhere, $orderBy: [TemplateOrder!], $first: Int) {
  templates(where: $where, orderBy: $orderBy, first: $first) {
    totalCount
    nodes { ${fields} }
    pageInfo { hasNextPage endCursor }
  }
}`;

const wheres = [
  {},
  { isReplica: { eq: false } },
  { isReplica: { eq: true } },
  { state: { eq: 'PRESENT' } },
  { name: { contains: 'debian' } },
  { node: { eq: 'pve1' } },
  { node: { in: ['pve2', 'pve3'] } },
  { vmid: { gte: 9000 } },
  { clusterId: { eq: 'lab' } },
  { isClassTemplate: { eq: true } },
];
const orders = ['NAME', 'VMID', 'NODE', 'NAME', 'VMID'];

/** The bodies of their requests. */
export const lists: readonly string[] = wheres.flatMap((where) =>
  orders.map((field, place) => {
    const orderBy = [{ field, direction: place < 3 ? 'ASC' : 'DESC' }];
    return JSON.stringify({ query, variables: { where, orderBy, first: 10 + 10 * (place % 2) } });
  }),
);
