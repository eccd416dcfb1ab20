extension HTTPTargetLocation {
    /// Finds path and query of a scanned target, which must have the form its method asks for (RFC 9112 section 3.2).
    init(
        _ bytes: Span<UInt8>,
        target: Range<Int>,
        questionMark: Int?,
        method: HTTPMethod
    ) throws(HTTPParseError) {
        let end = target.upperBound
        let pathEnd = questionMark ?? end
        let query = questionMark.map { ($0 + 1)..<end }
        if method == .connect {
            try Self.checkAuthorityWithPort(bytes, target)
            self.init(target: target, path: end..<end, query: nil)
        } else if bytes[target.lowerBound] == HTTPByte.slash {
            self.init(target: target, path: target.lowerBound..<pathEnd, query: query)
        } else if target.count == 1, bytes[target.lowerBound] == HTTPByte.asterisk, method == .options {
            self.init(target: target, path: target, query: nil)
        } else {
            let path = try Self.pathOfAbsoluteForm(bytes, target.lowerBound..<pathEnd)
            self.init(target: target, path: path, query: query)
        }
    }

    /// The path of `http://authority/path`, given up to the query.
    private static func pathOfAbsoluteForm(
        _ bytes: Span<UInt8>,
        _ target: Range<Int>
    ) throws(HTTPParseError) -> Range<Int> {
        let start = target.lowerBound
        let authorityStart: Int
        if target.count > 7, bytes.equals("http://", in: start..<(start + 7)) {
            authorityStart = start + 7
        } else if target.count > 8, bytes.equals("https://", in: start..<(start + 8)) {
            authorityStart = start + 8
        } else {
            throw HTTPParseError(.invalidTarget)
        }
        var authorityEnd = authorityStart
        while authorityEnd < target.upperBound, bytes[authorityEnd] != HTTPByte.slash {
            // Anything beside host and port, user information above all, has no place here (RFC 9110 section 4.2.4).
            guard HTTPByte.isHost(bytes[authorityEnd]) else { throw HTTPParseError(.invalidTarget) }
            authorityEnd += 1
        }
        guard authorityEnd > authorityStart else { throw HTTPParseError(.invalidTarget) }
        if authorityEnd == target.upperBound {
            // An empty path means "/" (RFC 9110 section 4.2.3); the last slash before the authority stands in for it.
            return (authorityStart - 1)..<authorityStart
        }
        return authorityEnd..<target.upperBound
    }

    /// The authority form of CONNECT is a host and a port (RFC 9112 section 3.2.3).
    private static func checkAuthorityWithPort(_ bytes: Span<UInt8>, _ target: Range<Int>) throws(HTTPParseError) {
        var colon: Int?
        for position in target {
            guard HTTPByte.isHost(bytes[position]) else { throw HTTPParseError(.invalidTarget) }
            if bytes[position] == HTTPByte.colon { colon = position }
        }
        guard let colon, colon > target.lowerBound, colon + 1 < target.upperBound else {
            throw HTTPParseError(.invalidTarget)
        }
        for position in (colon + 1)..<target.upperBound where !HTTPByte.isDigit(bytes[position]) {
            throw HTTPParseError(.invalidTarget)
        }
    }
}
