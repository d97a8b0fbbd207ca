import Glibc
import Testing
import VaisClient

@Suite("A folder for one run") struct RunFolderTests {
    @Test("is gone with its owner, and what crashed runs have left goes with the next; what is in use stays")
    func lifetime() throws {
        let home = try TemporaryFolder()
        func names() -> [String] { Files.list(home.path + "/tmp") }
        do {
            let living = try RunFolder("publish", in: Home(path: home.path))
            try Files.write([1], to: living.path + "/archive.tar.gz")
            for name in ["publish-1/archive.tar.gz", "publish-2.tar.gz", "publish-3/.a.tmp", "other-4"] {
                try home.write("tmp/" + name, "left by a crash")
            }
            try #require(symlink(home.path + "/tmp/other-4", home.path + "/tmp/publish-5") == 0)
            let second = try RunFolder("publish", in: Home(path: home.path))
            #expect(
                names()
                    == [living.path, second.path, "other-4", "publish-5"].map { $0.split(separator: "/").last ?? "" }
                    .map(String.init).sorted(), "a link is not followed, nor taken away")
            #expect(try Files.read(living.path + "/archive.tar.gz") == [1])
            var status = stat()
            #expect(stat(living.path, &status) == 0 && status.st_mode & 0o777 == 0o700)
        }
        #expect(names() == ["other-4", "publish-5"])
    }
}
