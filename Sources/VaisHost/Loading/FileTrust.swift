internal import Glibc

/// Who may have written a file: the rule for everything the host runs or obeys. The file and each folder above it must belong to root
/// or to the user, and nobody else may write to them. A sticky folder such as `/tmp` may be open to all, because there others
/// cannot replace what is not theirs.
struct FileTrust: Error {
    /// Continues the sentence "cannot load FILE: …".
    var reason: String
    var hint: String

    /// What is wrong with the file's owner or permissions, nil if nothing.
    static func fault(_ path: String, _ status: stat, user: uid_t = geteuid()) -> FileTrust? {
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let what = isFolder ? "the folder \(plainText(path))" : "it"
        if status.st_uid != 0 && status.st_uid != user {
            return FileTrust(
                reason: "\(what) belongs to user \(status.st_uid), neither to root nor to you",
                hint: "if you trust it, run `chown root \(plainText(path))` as root")
        }
        let isSticky = isFolder && status.st_mode & S_ISVTX != 0
        if status.st_mode & 0o022 != 0 && !isSticky {
            let others = status.st_mode & 0o002 != 0 ? "everybody" : "its group"
            return FileTrust(
                reason: "\(what) can be written by \(others) (mode \(octal(status.st_mode)))",
                hint: "run `chmod go-w \(plainText(path))`")
        }
        return nil
    }

    /// What is wrong with the folders above `path`, from the nearest up to `/`. `path` is absolute and without symbolic links.
    static func parentFault(_ path: String) -> FileTrust? {
        var folder = path
        while folder != "/" {
            folder = parent(of: folder)
            var status = stat()
            guard lstat(folder, &status) == 0 else {
                return FileTrust(
                    reason: "the folder \(plainText(folder)) cannot be examined: \(systemMessage())",
                    hint: "check the folder's permissions")
            }
            if let fault = fault(folder, status) { return fault }
        }
        return nil
    }

    private static func octal(_ mode: mode_t) -> String { "0" + String(mode & 0o7777, radix: 8) }
}
