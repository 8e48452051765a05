// Generated from google/rpc/code.proto by "npm run gen".

export type Code = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 16 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;
