/// Ends the process unless `condition` holds. An optimised `precondition` would not say which one it was.
func expect(_ condition: Bool, _ message: StaticString) {
    if !condition { fatalError("\(message)") }
}
