import CStorageSQLite
import CVaisPlugin

/// The one table from SQLite's result codes (https://www.sqlite.org/rescode.html) to the statuses of the ABI.
func status(ofSQLite code: Int32) -> vais_status {
    switch code {  // Extended codes that say more than the primary code they belong to.
    case 1555, 2067, 2579: return VAIS_EXISTS  // CONSTRAINT_PRIMARYKEY, _UNIQUE, _ROWID
    case 3082: return VAIS_BUSY  // IOERR_NOMEM
    default: break
    }
    switch code & 0xFF {
    case SQLITE_OK, SQLITE_ROW, SQLITE_DONE: return VAIS_OK
    case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_NOMEM: return VAIS_BUSY
    case SQLITE_INTERRUPT: return VAIS_CANCELLED
    case SQLITE_FULL: return VAIS_NO_SPACE
    case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PROTOCOL: return VAIS_UNAVAILABLE
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_FORMAT: return VAIS_CORRUPT
    case SQLITE_PERM, SQLITE_AUTH, SQLITE_READONLY: return VAIS_DENIED
    case SQLITE_TOOBIG: return VAIS_LIMIT
    // What is left of the constraints: a null where none may be, a sum beyond 64 bits (STRICT tables refuse the REAL it
    // became).
    case SQLITE_CONSTRAINT, SQLITE_MISMATCH: return VAIS_INVALID
    case SQLITE_SCHEMA: return VAIS_SCHEMA
    default: return VAIS_INTERNAL
    }
}

// Extended codes are macros that Swift does not import.

/// SQLITE_CONSTRAINT_DATATYPE
let constraintDatatype: Int32 = 3091

/// SQLITE_IOERR_WRITE
let ioErrorWrite: Int32 = 778
/// SQLITE_IOERR_FSYNC
let ioErrorSync: Int32 = 1034
