/** What a route is for: few words, so that figures can be added up by them. */
export type RouteClass = 'graphql' | 'rest' | 'probe' | 'metrics' | 'page' | 'none';

/** The class of a route by its pattern; `none` where there is no such route. Pure. */
export function classifyRoute(route: string | undefined): RouteClass {
  if (route === undefined) return 'none';
  if (route === '/graphql') return 'graphql';
  if (route === '/metrics') return 'metrics';
  if (route.startsWith('/api/')) return 'rest';
  return /^\/(?:livez|readyz|health)(?:\/|$)/.test(route) ? 'probe' : 'page';
}
