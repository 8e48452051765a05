import { type AdminRoute, json, page } from './route.ts';

/** No transport socket of this build holds certificates. */
export const certs: AdminRoute = page('/certs', 'print certs on machine', () => json({ certificates: [] }));
