import { comesBackWhole, newerThanServer, tellsPolicies } from './roundTrip.ts';
import { protectsTenants } from './rowSecurity.ts';

comesBackWhole(16, { dumpedBy: 17, notes: [newerThanServer] });
tellsPolicies(16);
protectsTenants(16, 17);
