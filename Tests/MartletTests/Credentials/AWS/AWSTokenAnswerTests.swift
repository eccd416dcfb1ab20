import Testing

@testable import Martlet

@Suite("The Security Token Service's XML")
struct AWSTokenAnswerTests {
    private func text(_ xml: String) -> String? {
        AWSTokenAnswer(Array(xml.utf8))?.text(of: "B", in: "A")
    }

    @Test(arguments: [
        ("<A><B>x</B></A>", "x"), ("<?xml version=\"1.0\"?><R><A n=\"1\"><C/><B\n m='2'> x </B></A></R>", "x"),
        ("<B>y</B><A><BB>z</BB><B>x</B></A>", "x"), ("<AA><B>y</B></AA><A><B>x</B></A>", "x"),
        ("<A><B>a&amp;lt;&lt;&gt;&quot;&apos;</B></A>", "a&lt;<>\"'"), ("<A><B></B></A>", ""),
        ("<A><B>a/b+c==</B></A>", "a/b+c=="), ("<A><B>ä</B></A>", "ä"),
    ])
    func isReadElementByElement(_ xml: String, _ expected: String) {
        #expect(text(xml) == expected)
    }

    @Test(arguments: [
        "", "<", "<A", "<A>", "<A><B", "<A><B>", "<A><B>x", "<A><B>x</B", "<A><B>x</B>", "<B>x</B>", "<A></A><B>x</B>",
        "<A/><B>x</B>", "<A><B/></A>", "<A><B>x</B><B>y</B></A>", "<A><B>x</B></A><A><B>y</B></A>",
        "<A><B><B>x</B></B></A>", "<A><B><C>x</C></B></A>", "<A><B>&x;</B></A>", "<A><B>&#120;</B></A>",
        "<A><B>x&</B></A>", "<A><!-- <B>y</B> --><B>x</B></A>", "<A><B><![CDATA[x]]></B></A>",
        "<!DOCTYPE A [<!ENTITY x \"y\">]><A><B>x</B></A>", "</B></A><A><B>",
    ])
    func isNotReadWhenItIsAnythingElse(_ xml: String) {
        #expect(text(xml) == nil)
    }

    @Test func isNotReadWhenItIsHuge() {
        #expect(text("<A><B>\(String(repeating: "x", count: 1 << 20))</B></A>") == nil)
    }

    @Test func isNotReadWhenItIsNoText() {
        let answer = AWSTokenAnswer(Array("<A><B>".utf8) + [0xFF] + Array("</B></A>".utf8))
        #expect(answer?.text(of: "B", in: "A") == nil)
    }
}
