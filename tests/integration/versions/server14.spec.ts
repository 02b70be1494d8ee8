import { comesBackWhole, mergesBack } from './roundTrip.ts';

comesBackWhole(14, { dumpedBy: 15, notes: [] });
mergesBack(14);
