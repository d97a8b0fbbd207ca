/// `vais plugin` with these arguments, and what it wrote.
func runPlugin(_ arguments: [String], _ scratch: Scratch) throws -> (
    status: Int32, output: String, errors: String
) {
    let (output, errors) = (scratch.path + "/output", scratch.path + "/errors")
    let shell = [
        "sh", "-c",
        "exec \"$@\" >\"$OUTPUT\" 2>\"$ERRORS\"".replacing("$OUTPUT", with: output).replacing(
            "$ERRORS", with: errors), "sh",
    ]
    let status = try status(of: shell + [try Kit.program(), "plugin"] + arguments)
    return (status, try readFile(output), try readFile(errors))
}
