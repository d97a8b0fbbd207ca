/// The other process of the tests: opens a store and does as its first argument says, telling what happens line by
/// line.
///
///     storage-sqlite-child open FOLDER          opens and closes: "opened", or the status and message of the refusal
///     storage-sqlite-child commit FOLDER        commits 0, 1, 2, …, printing each number once acknowledged
///     storage-sqlite-child fill FOLDER BYTES    commits until a file would outgrow BYTES, then with room again
import CVaisPlugin
import Glibc
import StorageSQLiteTesting

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDOUT_FILENO, bytes, bytes.count)
}

func prepared(_ folder: String) throws -> (TestStore, TestSession) {
    let store = try TestStore(folder)
    try store.apply(TestSchema())
    try store.prepare(TestSchema(), Shape.all)
    return (store, try store.session())
}

func numbered(_ number: Int64, about: Cell = .null) -> Use {
    Use(Shape.insertPackage, .text("p\(number)"), .i64(number), about, .i64(0))
}

func commitForever(_ folder: String) throws {
    let (_, session) = try prepared(folder)
    var number: Int64 = 0
    while true {
        // Two records of one batch: seen together or not at all.
        try session.commit(
            numbered(number), Use(Shape.insertRelease, .text("p\(number)"), .text("1.0.0"), .time(number), .bool(false))
        )
        say("\(number)")
        number += 1
    }
}

func fill(_ folder: String, _ bytes: rlim_t) throws {
    let (store, session) = try prepared(folder)
    // The limit's signal would end the process; without it the write fails, as on a full disk.
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(1), &limit)
    let before = limit.rlim_cur
    limit.rlim_cur = bytes
    setrlimit(__rlimit_resource_t(1), &limit)

    let text = Cell.text(String(repeating: "x", count: 10_000))
    var number: Int64 = 0
    do {
        while true {
            try session.commit(numbered(number, about: text))
            number += 1
        }
    } catch let refusal as Refusal {
        say("full \(refusal.status)")
    }
    let count = try session.get(Use(Shape.countPackages))
    say(count == [.i64(number)] ? "readable" : "\(count) of \(number)")

    limit.rlim_cur = before
    setrlimit(__rlimit_resource_t(1), &limit)
    try session.commit(numbered(number, about: text))
    say("recovered")
    session.close()
    store.close()
}

let arguments = CommandLine.arguments
do {
    switch (arguments.dropFirst().first, arguments.count) {
    case ("open", 3):
        try TestStore(arguments[2]).close()
        say("opened")
    case ("commit", 3): try commitForever(arguments[2])
    case ("fill", 4): try fill(arguments[2], rlim_t(arguments[3]) ?? 0)
    default: say("unknown arguments")
    }
} catch let refusal as Refusal {
    say("\(refusal.status) \(refusal.message)")
    exit(1)
}
