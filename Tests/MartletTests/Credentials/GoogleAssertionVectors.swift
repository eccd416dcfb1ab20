// Made by Tests/sdk/make_jwt_vectors.py. Do not edit.
//
// The keys were made for these tests. They belong to no account and open nothing.

/// Tokens that google-auth signed.
enum GoogleAssertionVectors {
    /// Private keys of 2048 and 3072 bits in PEM.
    static let keys = [
        """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDKrzwc4GK519fW
        N+Xm3mk2ec+ituixHZ0uP3Ea500ilo/BzODYZPI9RLmTOkZUEm6yFx7BZ2OQkCAR
        41u1rldUqfzfJlHPYRxzY3BKJYvIGtsNkO8gCtlAMX27PCFtIaPUF0OFTF5OUXsP
        Jljv4D6swHJw42IFddOQFDZFBEL8GUmqrrfFr88Ed9s7W/bzbF5OlNbiqmHfEEww
        7vy0XlKmVKlLiK/FlN5GwDoPPmoNP4SNj+GtZyRPOl2ezCaVc8v7c23/oh0X5yvT
        Gz3wT9jgDkWZPJAzgUIoZQuNkNrM9F28eGZElKXpRL7mZrfd7BAsEdVVGHMsmelF
        eBB03g+dAgMBAAECggEADzXU/t0Z8OoRRlVd4+mh9KwcgxCokrjEYGxIunpMMBcj
        b6mb4Aa8pRDAv8Xk8Y82jm0sv4UuPsg0wpLmLCgKtrhRA+q2GKgoK0KgR82HLrum
        il9A4A3gXYW5R/FMbYpTkemIWtBZ2BUbn+NCqQcSPQLuM6mPZBXXtsga2yq633yL
        dADq9iV+hskqeJu0wcGN5rPlfYzztDXAp5xP/052Dei80haMN3Kw1Te8aPHsOwUf
        uwdSihWstfWUrtIDrHW9iQDoilw72dfZQCp/OlcFmUjSzmf7Z4b6IGl02vsBPA88
        T9YtwuKP7Yv+Tc1L/e9bA3XfE+SrZaIZosMnYLQgcwKBgQDsSqDzcZUyk1wetPll
        0w0NB9pkbqIglJ36YJXvKW5CGNnb+86CQMnI6e0f0CDeveQBNaDYYx9IXpzqBwmA
        w/g/sfZpVNyDi2RmSzzrLLUaAAArts4Dd9XHaq5SZH3zIbZU/wbeie4AKNN2b83s
        A+RifvOJMe6OWeuYEd3y+W2CnwKBgQDblwTFvUBJpbkKkjnuF9h8dRLfjFN909KP
        27JnL/HKJE+aszSP4TUmj9T4QYKECMzMuFb9NdScB9ClV50KYBDinHQQIWsqe8HP
        bbMQo/73UXi5iHrTlXy8zPyWzQBUHaDB3hkN30vIgg/4map6iNZB/8PzXcvCm+5e
        1DgaUH8gQwKBgQCbsPioL1jtQCdcnEYQD6Xzxg7iSftNmF8XUHi6YwQhTRqPVjVV
        obbTST9SzOI7occP/PQEYBuGpcCiewyJ6ZYy8eG4uY+qpTf8Jur20jhp70Iti3/m
        zRjxEpvV8h0DDF2FV5yBGUTWmg/rY/O85TugoqF47ouPBDS1uGAT7sF3ZQKBgHvW
        z3o1IOxn6dNsY/9Cs3R9EgfAu9VagIVhAVvwTgwSLlKwfhQmjjMRKqpXR6Pu0pEh
        5O0oTp8wSRr2LjqLsvoaAdqW/jkXUlYJJ9NaqZARAmSf86UfyRkxAcKKGoVVsDOl
        bbvFEpghwaASCXLReQP/miLF4wP9rJEOXhV5EDjBAoGAXanFd9wOrjVlgI1VbmFw
        TNUU9EapJIwILSef5XdTjE67X4LbVsxmsUz+dnzbP7RzXAkNeNGYoF0vWy+mSLdS
        BLVTvvyFkCz6lZzKTNjdYxGvYDvDr+QONmir1BbDrNhBq6CmQ2Xq9lnU6uG96XVB
        TmZ/A5P1zgMeyEPTc6/kvBM=
        -----END PRIVATE KEY-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIIG/QIBADANBgkqhkiG9w0BAQEFAASCBucwggbjAgEAAoIBgQDo/dO7b9/eGqdn
        jCelYVQRM9kaF+F6E5pfdNnrj8JKL4Ar5iB52I7XP46YdgU+8uSURcOnFlxZM9a5
        GC9o0n3FGWceer5qoD4lnfpOtzSyoksKYzCMcYQ/oVxaMtuJ/2dzCSDN0cjFTetv
        QLE3l49RwBQkQeur/oHOvgv3A4qqc+iL7ScdAiWKntta+6KMfaRyQoXWC9puVpRJ
        FGXGmlKR/2mA1MhA2rr6Opn+3OvEJdAeKduvm4ecazBjBLTDzI9X4NK616mutqQg
        PeCdGGd/GYWudnl74ALAHL42Fjl5Hr4XFjwi39B1HHPzoEUGl/gn5ViLzSr0BFik
        WABOOt81ssqBHn3FYS6DzSJTuIH4R9hzbXArH5rjJp5iGXqCpoMKMO+pd2EAL30e
        wBio3e756yMD/S81kWttyi6DsYgwAOocdp0Gwh4LZi6Uqo2/Oyy9PlnX+xNQe5P0
        deZFq4ua4Gn8xdbafRU9YwwBP3JwR9PyUXpmcSjhAZwxrnI1K9MCAwEAAQKCAYBw
        Qvk1m5KQ6GPX4zKpH2vLvCEzzuTgFrjvnJRxyXtSlm+Z91CXlQ5CTYfuExO1AIC9
        pp2+kOofOviPh8U0KxPZl8NVbsv4AUzggC1+pwy3s7YXg7J9QSb5J80hUtbwN4VH
        atMJCLdFxiUWHmQlRpwSRkwOKksdPMyb6ntGYkj6l02pujN56TJgh+lmfc+VBObq
        /P2SpHRzbLkXO0JMvsfhO+FAZ4YzpZCpB/pyUE0zXgrYtc953iUp64XNeBOHMjTF
        x1cGAvmPV9xezeiPWX9o2yJFLsT6eGiv4iaiymcQO1Xlz+ATYCw5flAxoATr2Ck2
        jotDDjwfs4xbqXMKuvYEaBwoOqqikokxA83YJkhgGlXSEwESLR2PdNTSgIvi9NI9
        4v2osvRfeBDuRPzXMC5wefAup8kWguvEBra/J7Zs5l1qdcPZ/Zb2IMOHP0aEyTtz
        /tE1ea1RloPY1E8DKz+z/fPnAfWEPrvovPMYxNnQDuHxdKrR/bew22EEItU0ZN0C
        gcEA9HP2a5ELxigRCUKXzDTd/oJyOx0MnvFGPqd8U/rpzEff86D0yIFv5j4jyqTM
        jG83J+lk3d0EMEJOQb/n7+jBWu92ZjqMIxUderS7H7AjRbzcMqPOw8AKYOxOQ/2q
        rq36FJIM4QOmYMF/63ByvL8gihfaO5q7/tmXekZNW8yU1A8sAiP2J24i6fo1eQmv
        0EMvkBaORCwy6ry323cqZzmgqUkSyGfPGiqA40dR+sv7R3ciGcFc57bgImyXLPnC
        D8eNAoHBAPP/RGa0iA6wZC9m2pD239XY8t2nDIA1j+1BLGyjsnZec+1QJCukSIol
        UCPr+knGldchd/o2k2hZhzg7e5fT+SBuB6H1ipNLLkTjiczn9TB2ufuag+emQo8X
        KaKFnypdqRw7irb346xim4tcwZ5dlQu6jXDEnLYVaMbQKAt6wHdgTL1OJ2peSAcx
        lLPBJqtYircfdaPxKbL6hR1LaVj6CTSQ8vguiPWnFw7U4GTfx2VBcogCsZ0HBRUf
        ye8leG243wKBwQCMq2KFWc1NtWbATmrt3wpUWBqF+9x0ZmFG0riP1xbNMBsmplvW
        Oe37r4yHIzh2I9W4iO07YuDzKGTCHz3H58fEnYIjp9NWqOLy5qe7v288xUZteagV
        KyCNz83mAEZFCOadCcKRhbkreo4zHN1Z0h5WeQ1jOVKvf+VUPrprdhm6whRQEwOm
        gxFiVVKKGVHr5Y2sO96YSlrui7S9fSCQkC/s2pkNa/dYllbe8v6w9MrfwCWGbqgY
        yzrFdHm2Lu9Gh00CgcALAVyIdWQdpX8fVDhPiZMXBi4OKVa7Aa94OBRU4h1OkXwR
        HChFf6d187DlreMgKMDhbzUGKCgF8OPUeXpdosX93HijqXuSoTV5DfpNL7kzcmd5
        HcMNU8Z0xcqu9e/z7T2PdHARSKUQRXJWmtxw1C/A061FhNi8rcKIFSN5QRQlTkan
        0zqb5ZzCFk5qvS+NUvUOxXB88Ie89ufCJoCd7skzgcYzw4WR7vNvS9LDOgS4YHdW
        AykXuBVWmpR1IO+Jo2kCgcBKWl8ffmT8OtIAlFgsDKi3TI8VKio4k8SzjFmJyx7z
        2HQrPzUm0ti+WuDHUSMIXWrN6TwYqdRfgVI/pFMZl9u4PMREVSS10d2U2Beprh96
        dalMOiFN+4AHyPqzPlA14FHE/HQo49KTVVEaD9Motg2TmKKpalEKCOsZuKghtkaG
        OhsQ8FG/UZLLQ02O+Y6n5Ge+zSXAfkiH5kZ3P2iWCuR2wyLNiyUeWZuGumxHbNOG
        n/PszQwe2zyUGyOXgas9aZo=
        -----END PRIVATE KEY-----
        """,
    ]

    /// Key, header and claims as texts of JSON, and the token.
    static let tokens: [(key: Int, header: String, claims: String, token: String)] = [
        (
            0,
            #"{"typ": "JWT", "alg": "RS256"}"#,
            #"{"iss": "O5ei2IBp", "iat": 62224870530, "exp": 7796037331354253, "\tE7WvQ\"8KQcr5DmNYWAFK4LCJcdY\u20acQCm": null, "LmtZGxIbBEnh\\KpR": ["GcqmQ9556s8Wfbb2rhSyf"], "sa\"c6\u00dfPm \u20acYKByoWFnhVvJx \\box\ud83d\ude004ypW8\ty": true, "/B\u00df/vsIhUca\u20acvQGwe/\u00df\u00dfipS\u20acNXV": "I\u20acq0gm/p2R8Ayu R\u00fc\"jNhcf 47yS4BPqft"}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiTzVlaTJJQnAiLCAiaWF0IjogNjIyMjQ4NzA1MzAsICJleHAiOiA3Nzk2MDM3MzMxMzU0MjUzLCAiXHRFN1d2UVwiOEtRY3I1RG1OWVdBRks0TENKY2RZXHUyMGFjUUNtIjogbnVsbCwgIkxtdFpHeEliQkVuaFxcS3BSIjogWyJHY3FtUTk1NTZzOFdmYmIycmhTeWYiXSwgInNhXCJjNlx1MDBkZlBtIFx1MjBhY1lLQnlvV0ZuaFZ2SnggXFxib3hcdWQ4M2RcdWRlMDA0eXBXOFx0eSI6IHRydWUsICIvQlx1MDBkZi92c0loVWNhXHUyMGFjdlFHd2UvXHUwMGRmXHUwMGRmaXBTXHUyMGFjTlhWIjogIklcdTIwYWNxMGdtL3AyUjhBeXUgUlx1MDBmY1wiak5oY2YgNDd5UzRCUHFmdCJ9.o09VYmFHfGth7WnDYVKgyiL52x_Fz9-n9pxWmu_TRcjWq5iuTDYI5Ef0sgthWTvoHj5BAtxQyCF7SuqnHKwQOByC8VMXsmoUj2W82zYZSkP3i9eIyMSpaPm74u370R0P33QbQbvxBHNxVInV4oAB47rYHYNBumwVFBRF2XfUD6iS8f9Twkh4lWNlaiIlKQYNimLOC-RZWUbK32UuxbxOViO0VLhFtGBSTrKIUBVrLe1TGJmxVdnCMswmm8IRoI2N-LMaqsT6tobuXDKpTQTt-rki-4Rm95ZPj3fx678H-JVRo4b40SUjh8q1V5zvuoewS4uGIAU24b0Kej-7KixT8A"#
        ),
        (
            1,
            #"{"typ": "JWT", "alg": "RS256", "kid": "nooz7g2gPyq\u00dfcn5P"}"#,
            #"{"iss": "rhS6gp6Ct 0ba2zH9h3", "iat": 168912875644, "exp": 3120854943508514, "81XmFlZWse\u00df6NM9GCysbUEPezjjs7CCSqaM": {"a": 1}}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAibm9vejdnMmdQeXFcdTAwZGZjbjVQIn0.eyJpc3MiOiAicmhTNmdwNkN0IDBiYTJ6SDloMyIsICJpYXQiOiAxNjg5MTI4NzU2NDQsICJleHAiOiAzMTIwODU0OTQzNTA4NTE0LCAiODFYbUZsWldzZVx1MDBkZjZOTTlHQ3lzYlVFUGV6ampzN0NDU3FhTSI6IHsiYSI6IDF9fQ.2HueJeRbHUJv_Y0FUGFPreQP_K6KrhyVY-q2VjufOS7u8j_G9OSAW-KeUjGiB8C08eAvdlQ3VX3ASGnm9WP_eWXqKvC84sJIuCQws_PAS6X-LP_hpWcxFB30hSYuo-B5fDWrSTwpnMXgis6yanjH8TcHIeNOwGvA9Dox9zEaLmFkzE29yxKy0jeX8P9cpZ-rMXwie--w-uuz3uXhzvtCR_vAlkCfYKS3Lm59x6hRFT8ItyspF5rdqDt6nw8khTwN3l7o14j0LOpT1bUx89W2sRd4MbrrKXvraDbXsj6Yngj1Y36oSFC2qN1pQXzzPwzRlpexyPC6UHgwKMw5zB8obHRZXU2ltl4coaKbX5RSVNR2pS1ecaVTgYtuKgzkGID43xSFp2DYbbZXze2d53AOAq6ghLZSfaaq9NQWQtOaMaMjIWCN0iDCSCvcym2pu5VckwTpRbUfqBO_afibKEn3uGj3o-_N22Gw3vFnYz8Vq5Z915VAWbVpDKR0WbPQ8JfO"#
        ),
        (
            0,
            #"{"typ": "JWT", "alg": "RS256", "kid": "\\\n\nUqwX\u00fcZyS0V\u20acp\n2UAK5ovvNlYHgiRL"}"#,
            #"{"iss": "mspP2dXZzLl0c\u20ac6Tt/\u00dfk38VY", "iat": 532250849215, "exp": 7156040144777995, "uh6i1N\u00df2\u20acjKPw": true}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiXFxcblxuVXF3WFx1MDBmY1p5UzBWXHUyMGFjcFxuMlVBSzVvdnZObFlIZ2lSTCJ9.eyJpc3MiOiAibXNwUDJkWFp6TGwwY1x1MjBhYzZUdC9cdTAwZGZrMzhWWSIsICJpYXQiOiA1MzIyNTA4NDkyMTUsICJleHAiOiA3MTU2MDQwMTQ0Nzc3OTk1LCAidWg2aTFOXHUwMGRmMlx1MjBhY2pLUHciOiB0cnVlfQ.MWxQqZvs8x6pKJL77BsAIDCG1TPC4MaYzUtNJskaKcIYnEARmw5jyOxiVAURuiqvwewqo7TFODHc_RSHOgcY25FM6XnyZZ4f9T4vbWKZFILbF6X9ABcv7P_b2yZOGPeb9z6eaX3WrnYPuzT_kl5VdNIlzJJEAKEujshgxckl1IBYXD0F3IAMPY786hSOFa0QbLh84ZOUUHd4GBif6qSzoKmNl7IRQWZa579pq3t4TWh8aD_-Fxzx2IS3A3_o4Z44TTYleCXtDlRE-6ptzLv3BhnHBDnT0jDr9ZJMRbZp5Tk7CgFtOCekH_kK_OZFr3e53Rqic3JGCgK16BMYpzKxcg"#
        ),
        (
            1,
            #"{"typ": "JWT", "alg": "RS256"}"#,
            #"{"iss": "W2xiZzMy0Pi\nBO\ud83d\ude00T010o\nRL\tZ\ud83d\ude00YGWoLW", "iat": 938791143515, "exp": 7300374828837057, "RsLjjZz2r": {"a": 1}, "": null}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiVzJ4aVp6TXkwUGlcbkJPXHVkODNkXHVkZTAwVDAxMG9cblJMXHRaXHVkODNkXHVkZTAwWUdXb0xXIiwgImlhdCI6IDkzODc5MTE0MzUxNSwgImV4cCI6IDczMDAzNzQ4Mjg4MzcwNTcsICJSc0xqalp6MnIiOiB7ImEiOiAxfSwgIiI6IG51bGx9.LuGlH2T2i4pGZvtynNgCf0D6hXsEIXKa_oiPvxAz0PTSbO3vWD11ANXQKcjLA8ULwodyhGSMAgPyn0Amw0xzz1U3Fh7B6WOQsjyuoXYQgRHARgjBNEPCrrasu0d0F-QPOxNdsDe1ak8_3IpwmpBMdBeqtIe1bPMYUjc-0-tnsP4rS7wnnzu7m0_b6utqxMVbG58opSe7Sza9AbxzZ0j6Gnsl9w_PIqTB_vPfK5vvyAuAyZrolaXUDY3DjKLncTq7gbRCXWImbvaunLb3AtljFQ4JRHiN4_KZKX5COsYqqXqR0ZxUaHCcoNRchEL3vHboJAac0-DTTHswSJ09_ei5p2sqjxODFhr11gKc--_Fk0zlMzNEE211oivznF3KFuWswv-2k21_9X4F46TSFi5Vsq9byhNwrIYWLFa7JK-1heiBF7_UuXQizJHq4xJV0iIS_X7itBapXfyqjmKwEj4Da9v45sCBbBqjjfnBrF_SXGoSxNLzzm_q-iuzgXy94r2U"#
        ),
        (
            0,
            #"{"typ": "JWT", "alg": "RS256", "kid": "ML"}"#,
            #"{"iss": "dtigbT1X", "iat": 424538717183, "exp": 8061703706865099, "dg": true, "c\u20ac\ud83d\ude001oCxDjev5MEwt1Laiw04PGuGA1B\\fPe": {"a": 1}, "dhNthsTLff9Um bA9Zu\\R \\EWN\u00fc506\ud83d\ude00so13LJD\"": true}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiTUwifQ.eyJpc3MiOiAiZHRpZ2JUMVgiLCAiaWF0IjogNDI0NTM4NzE3MTgzLCAiZXhwIjogODA2MTcwMzcwNjg2NTA5OSwgImRnIjogdHJ1ZSwgImNcdTIwYWNcdWQ4M2RcdWRlMDAxb0N4RGpldjVNRXd0MUxhaXcwNFBHdUdBMUJcXGZQZSI6IHsiYSI6IDF9LCAiZGhOdGhzVExmZjlVbSBiQTladVxcUiBcXEVXTlx1MDBmYzUwNlx1ZDgzZFx1ZGUwMHNvMTNMSkRcIiI6IHRydWV9.LrHDv6Qskb1yUBfRe4mXgpV7FTLW5iC-gLJ7SjG5H1KhfE9ZkMCzLtD4VVCoocAyEbtAp6zTkqZDDEtx7nZ2rz-4PwrhfXNptX-f12TbfFt-M1hWW55uQf6Yb131UaRuuGzF6JLbl9n2rIZ9mCzpP6h9KrtTmC6sBTyH34oCfXE3dIxQzZW-d8_4kROfPLNGLF2UNFowEKiYR0lCCdPHJOsn9zBAm2npl8Q7WNLLyJBF8Dt3_eO7QHZsRKwBSmdQyvdtMRy0w1N0ofElAyDYgAgCMgwRxsrNWSL_nr1S2JyBVTDELVfeUp0EVSSExrTVIEkIG2scF1FbzU8pSqPFTg"#
        ),
        (
            1,
            #"{"typ": "JWT", "alg": "RS256", "kid": "Qc9HnvXaiv\"1\u00dfNPNLN6\u00fcDTwvKQN\u20aclT\ud83d\ude001OAC\t\\"}"#,
            #"{"iss": "\\", "iat": 201542043235, "exp": 86800629102836, "3hUnaE\u00fcdpEdU\n0W81\ud83d\ude00Xm5YdpU iGXJ": ["\tuEty/p7\u00fcCEeok0h"], "Mj2\ud83d\ude00pSIi\"YqT7dmiOKVw": {"a": 1}, "gxa\"\u00dfi\n40j\ntgP0": null}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiUWM5SG52WGFpdlwiMVx1MDBkZk5QTkxONlx1MDBmY0RUd3ZLUU5cdTIwYWNsVFx1ZDgzZFx1ZGUwMDFPQUNcdFxcIn0.eyJpc3MiOiAiXFwiLCAiaWF0IjogMjAxNTQyMDQzMjM1LCAiZXhwIjogODY4MDA2MjkxMDI4MzYsICIzaFVuYUVcdTAwZmNkcEVkVVxuMFc4MVx1ZDgzZFx1ZGUwMFhtNVlkcFUgaUdYSiI6IFsiXHR1RXR5L3A3XHUwMGZjQ0Vlb2swaCJdLCAiTWoyXHVkODNkXHVkZTAwcFNJaVwiWXFUN2RtaU9LVnciOiB7ImEiOiAxfSwgImd4YVwiXHUwMGRmaVxuNDBqXG50Z1AwIjogbnVsbH0.tyua9BqYqLnM3k12h-uifLsXHuwfOPKmnOL0cZDrjKuvEFdS3MrO8HjwIcLTCkMYzTB-OMk4IMbTB6p2i41tOjlfaqGqNwRm0-slCoZcZE6KfkqgCx7ZCCOSWJUlo4GLsOX8VPKxFpMjGqC3C8uFKdA7-oPMUoDqb-MuHpYgc_bFD0bt25g7WtdbH1OVORtkl8Azmdj05MT3Qu1769649_A-9Um1g4qgHbaGlr6ZGXtn14X8M6Uhd_9XT4DtUDpOHO2tw9ZczwCnzVN4BihiSX2Hvxniw9LOZziAVXmF-xtgkz0Zo_pAly8rERStJdF2gRG3TnnQ4WUCWwbxlqVTaBBNCd9xz3oCIdqKRg_v-hyNp-SWmh-sk3LNFzDohW7JJpFfSxPMu6TDhbTpu30QOcwdWAuE1jzlNds5XcvTvuLcA8_hmZpCPUq6myHIbPFRGjAthrqZgSC3qsIf6yMU65_vaAvUB2REH5R63iNJlAMGc5BomsvozgX5yADTUpUX"#
        ),
        (
            0,
            #"{"typ": "JWT", "alg": "RS256"}"#,
            #"{"iss": "OMC\\TNdKmpFNstMIDhAVNN80XcwXl/", "iat": 1061785787639, "exp": 6576897746076648, "3/w\"yV\ud83d\ude00": ["\u00fc\nUBO\"H4RE\tDRdHcYadikKzt\u20ac/V57r6rOz"], "4HHJ30nFNP\n8kBh": null}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiT01DXFxUTmRLbXBGTnN0TUlEaEFWTk44MFhjd1hsLyIsICJpYXQiOiAxMDYxNzg1Nzg3NjM5LCAiZXhwIjogNjU3Njg5Nzc0NjA3NjY0OCwgIjMvd1wieVZcdWQ4M2RcdWRlMDAiOiBbIlx1MDBmY1xuVUJPXCJINFJFXHREUmRIY1lhZGlrS3p0XHUyMGFjL1Y1N3I2ck96Il0sICI0SEhKMzBuRk5QXG44a0JoIjogbnVsbH0.R6glUHnhm8e4c7dogm3C9b-ekraq5TxSSX3t6JZ1n6r6Vt5kxQ4iLC7WAsL9ZhQL6Rkmb0xjd5X4Uew8-wDE5ELUw9mJqel64BBi_MyXGxbRE7deN7nO2J4lOSdHEl8RhRxCE32_0W61Pb7VfhkTF4hdoKTXG4-SrrEOkcB62zF7ZpNmEkmC7qcFkfEYzHJAlnomZ2ode23LbGKjRD5kZpdPoY4IJu32PBYbUvpmNirH3A9KYQOKJMYasRGPfrMO3Lau8DNnx1thxNk6EHIwDcsuiu0E1Cb3tA7Vs57KXApwzot-_mJ5XW0ngUEsAVzU5OcvX-n0GVU7LPaj8ucwVQ"#
        ),
        (
            1,
            #"{"typ": "JWT", "alg": "RS256", "kid": "U"}"#,
            #"{"iss": "HBK6\nlLhsH6", "iat": 861980642736, "exp": 95910878825178, "O84S0ykszuHkjso5": ["XVMr4iUBOUI\u20acra\u00fcwuDQ\ud83d\ude00YwMGKEmCCo6z"], "th7jOGdp7M\n/gWdEF\u00fcQnKLoz\"": true, "UC/H\tN/IEQwkQ9t 43D\ud83d\ude004PiPb\\yANTPIT8GK": {"a": 1}, "n/qQ\u20acKZH4AG\nSz\nTbJl\\cq\"Lm\u00fco": {"a": 1}}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiVSJ9.eyJpc3MiOiAiSEJLNlxubExoc0g2IiwgImlhdCI6IDg2MTk4MDY0MjczNiwgImV4cCI6IDk1OTEwODc4ODI1MTc4LCAiTzg0UzB5a3N6dUhranNvNSI6IFsiWFZNcjRpVUJPVUlcdTIwYWNyYVx1MDBmY3d1RFFcdWQ4M2RcdWRlMDBZd01HS0VtQ0NvNnoiXSwgInRoN2pPR2RwN01cbi9nV2RFRlx1MDBmY1FuS0xvelwiIjogdHJ1ZSwgIlVDL0hcdE4vSUVRd2tROXQgNDNEXHVkODNkXHVkZTAwNFBpUGJcXHlBTlRQSVQ4R0siOiB7ImEiOiAxfSwgIm4vcVFcdTIwYWNLWkg0QUdcblN6XG5UYkpsXFxjcVwiTG1cdTAwZmNvIjogeyJhIjogMX19.HLDSwZMYtgL5tNvygWJ5hLYlm9KNL_84v-KfqN_d2O9zKuBTIJTUnl9whHinvRg9QUeuPR1GSbwjD25vlZtFTPqb67kENbCQbQcGQOEEQQcpzy30w2YP-IKkyQ30xujFF6SAphFBTZxR0IUIbtznzjeb_g3tCyW1seCbYoXzcARp9ut84YdrP6N8XzWL02PRbZgLzECoGlyNAuh1JCXA5ZK1VYrYDcZGiYEThxFn09V6VHzxmiCPmND0wTzouky0HeX43ZFukU_u311Ye49dfwkwBfwWqQxrZdtswabEJJ68XRyY4g_Dt49vVaSeOGUpVJW5uuoEBQhR-hTY9uykCOJtav8G-jGz-CFR421WTLbeA3CJVSJWY7qY-2qVDupN98OMAD-HkC2ESI7EELZTpPJ1cknJf3NiIDuii_lniVSgdrJI0YlmB8UEA0RssOCw0PY2NqvFgzW5S0b5MOJQXl4IVdHyN9hOKdwVjC0Y3eRbfygidECvt6uBbwfabQIC"#
        ),
        (
            0,
            #"{"typ": "JWT", "alg": "RS256", "kid": "uJACVonXv\tEIbbhTV\u00fcFYyfEY5\u00fc7O"}"#,
            #"{"iss": "\t9R1/3Rlt6v3CMsb24GzKpIy\ud83d\ude00k di /sMdB", "iat": 744422964167, "exp": 3757138819931120}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAidUpBQ1Zvblh2XHRFSWJiaFRWXHUwMGZjRll5ZkVZNVx1MDBmYzdPIn0.eyJpc3MiOiAiXHQ5UjEvM1JsdDZ2M0NNc2IyNEd6S3BJeVx1ZDgzZFx1ZGUwMGsgZGkgL3NNZEIiLCAiaWF0IjogNzQ0NDIyOTY0MTY3LCAiZXhwIjogMzc1NzEzODgxOTkzMTEyMH0.wh8xReMz_zy10G1ijPGcPopuJu1OTc7r7SANsOXqJnIVIdkMaZCuErNE8ALQOUn4aJvPT0CcysToKPln6JJ3YEvLhOZTBsQksHyoyVYVUDpCzhr-b-PEyOeBhHKgMETJcf0dmWZmxEhyCBfIS3dgsPVaZRxi7mxiQV5dzKq-jhiBtlEasvtS4kXRcZOB36JQO7dmsfKpH8JxbjEau1OJJiYZGlLFCyjDg4qrMDBrFBCFjgSVJjKJvP3LrKFC9J_X3krP2YNdONAeCD2M6lQyb5I-bEPs6dnj8vA0aws_J2gZV6rRgvAVnvtP5ABC_CzyD8YkuA5gykACRMRfU1d39A"#
        ),
        (
            1,
            #"{"typ": "JWT", "alg": "RS256"}"#,
            #"{"iss": "i\ud83d\ude00UjX\u00dfRq\u00dfYn3KPAvELH f", "iat": 894207850153, "exp": 4172264106907579, "wRQvNtawgJK 11\ud83d\ude00tAqhLKj\n\u20aceae09ea": {"a": 1}, "03": ["5Vio1i\u00fc6pusE"], "/8XenM\u20ac0nz\u00dfK 94TVyi\u00fcctS\u00dfpr9x": null, "wIcdAOjew1O\ud83d\ude00R": "r3quOo\u20acqKtlfPK\\R 4 FKn o5"}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiaVx1ZDgzZFx1ZGUwMFVqWFx1MDBkZlJxXHUwMGRmWW4zS1BBdkVMSCBmIiwgImlhdCI6IDg5NDIwNzg1MDE1MywgImV4cCI6IDQxNzIyNjQxMDY5MDc1NzksICJ3UlF2TnRhd2dKSyAxMVx1ZDgzZFx1ZGUwMHRBcWhMS2pcblx1MjBhY2VhZTA5ZWEiOiB7ImEiOiAxfSwgIjAzIjogWyI1VmlvMWlcdTAwZmM2cHVzRSJdLCAiLzhYZW5NXHUyMGFjMG56XHUwMGRmSyA5NFRWeWlcdTAwZmNjdFNcdTAwZGZwcjl4IjogbnVsbCwgIndJY2RBT2pldzFPXHVkODNkXHVkZTAwUiI6ICJyM3F1T29cdTIwYWNxS3RsZlBLXFxSIDQgRktuIG81In0.P8MQ_fjcsGUFbtlZesvx7dCRw-4BfSYHUYgDNEJsAQiJNHwgKmhXoLau60GeDLGO6PWQCjm_YJc0QTknggKIkaq4peDCcdMTTnomlEYrRU2jXY8vBX-lR2YdiBn6YdS3_SQJNOfNvJfg3Ev5yTwdn0-H0K0eGR_bW_magpY1hXrWG2SNDIdnpR5UKaWUenLT9rJAINQxNPxu1pB75B8EouK6X5aQQCSjglU-6XkKcvirqHwVygnlo9uJclujs153GMgOVOs6jW-sq8WqSpsXjXbTrGhSitbm9mrXq40izDLP7EnRvmdMZiCC30AG2zh9WLnEkCAD_vLQ5-dXkDDWqpBiZ00QFwQQwT3NWmEyk7wIPiHU5W87IXRG_hnLlFYWoTQbJgzoAa5O3tfUx-6j4URpInpeNzMmbTKyOsbSp0-ns_Q9ZVyg5MLO52jynpoYVF3A_chb_WOmHCDVVomMeUsISedVj_xkfCy4wyM897-6n7J1GAErhgfmEvonk698"#
        ),
        (
            0,
            #"{"typ": "JWT", "alg": "RS256", "kid": "gy9s\ud83d\ude00Ux\ud83d\ude00/qs6 \u00fcDaluiFSu3ZJusmkgz1Yn\u20ack"}"#,
            #"{"iss": "\u00dfr0r1cKPY\n5OJaNO1lQd07FXVvg2zl", "iat": 102361702590, "exp": 6558500763570291, "Juz28t\"beW\u20acNGwy1B1uDxgC \"S9K": {"a": 1}, "w\ud83d\ude00B3aU\u00dfz4S\\q7x": null, "HorX50vtLfh59 xG\nPZIuFU\tBF\u00df\nokrrC": "ZvF6gDlM0\ud83d\ude002kF", "Wc": true}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiZ3k5c1x1ZDgzZFx1ZGUwMFV4XHVkODNkXHVkZTAwL3FzNiBcdTAwZmNEYWx1aUZTdTNaSnVzbWtnejFZblx1MjBhY2sifQ.eyJpc3MiOiAiXHUwMGRmcjByMWNLUFlcbjVPSmFOTzFsUWQwN0ZYVnZnMnpsIiwgImlhdCI6IDEwMjM2MTcwMjU5MCwgImV4cCI6IDY1NTg1MDA3NjM1NzAyOTEsICJKdXoyOHRcImJlV1x1MjBhY05Hd3kxQjF1RHhnQyBcIlM5SyI6IHsiYSI6IDF9LCAid1x1ZDgzZFx1ZGUwMEIzYVVcdTAwZGZ6NFNcXHE3eCI6IG51bGwsICJIb3JYNTB2dExmaDU5IHhHXG5QWkl1RlVcdEJGXHUwMGRmXG5va3JyQyI6ICJadkY2Z0RsTTBcdWQ4M2RcdWRlMDAya0YiLCAiV2MiOiB0cnVlfQ.XRShN-VhVYZ4klkdNawcLgq-EXwCFgePRXsKHKK7c759Y4NKG8E9j5Zkioje_oZ0KnOpe8wHkal3LLAD4Vj4W7wN2KZEDScgTkySN8vIFRviabeFDaQmN8XF5izpBzRzCmYrivJfiWAB-v0v85ED8nVQYyvcQg54mubJnXPF8j2ll0bXLz7MN0oqPIaUpx3Rj4KoA83KlWGKiRXxX6eXGjJJpyUuHCiZeC_0c4tL0GlB1MN_VYOLa6uS9s1SstUJ-Yifjj0gzYhFGlTEQyjXiabYsiv7PlLd4KP0zl93Yw1V1YWsQg1WMMWy562MkiJH71kJMl70OZ9iEqsy9DBkjA"#
        ),
        (
            1,
            #"{"typ": "JWT", "alg": "RS256", "kid": "Ip/ 3\u00fcFdK1FvQx\u20acC\u00dfX\ud83d\ude00OC2pb\ud83d\ude00J7iz8w\u20ac\"jKjGcH"}"#,
            #"{"iss": "/Nj\u20acM3SeHat\u00dfXOiXRTX\nGRMQWndidNv4lk g", "iat": 955899575145, "exp": 5150546834717008, "4B": true, "u5D\u00dfcP": null, "fBYlGCi\\3Zu\u20acUye7iH7HRmFhbwLvw\ntd T9FowV": {"a": 1}, "qI8\u00fcajbj/gMoausN MMumIC\\obdwpC\"0Q7\"": "r no/SX"}"#,
            #"eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiSXAvIDNcdTAwZmNGZEsxRnZReFx1MjBhY0NcdTAwZGZYXHVkODNkXHVkZTAwT0MycGJcdWQ4M2RcdWRlMDBKN2l6OHdcdTIwYWNcImpLakdjSCJ9.eyJpc3MiOiAiL05qXHUyMGFjTTNTZUhhdFx1MDBkZlhPaVhSVFhcbkdSTVFXbmRpZE52NGxrIGciLCAiaWF0IjogOTU1ODk5NTc1MTQ1LCAiZXhwIjogNTE1MDU0NjgzNDcxNzAwOCwgIjRCIjogdHJ1ZSwgInU1RFx1MDBkZmNQIjogbnVsbCwgImZCWWxHQ2lcXDNadVx1MjBhY1V5ZTdpSDdIUm1GaGJ3THZ3XG50ZCBUOUZvd1YiOiB7ImEiOiAxfSwgInFJOFx1MDBmY2FqYmovZ01vYXVzTiBNTXVtSUNcXG9iZHdwQ1wiMFE3XCIiOiAiciBuby9TWCJ9.RVqGiDTVYTQpgHIIpzTQI-i_7m4RInb2Jfmcc3sSPaVuJq27Zjt5v-sfje5IaIRj0LCf3Ai666Gx5t7izsIfL2IHIY-T9OhlVWxJROgtO_vgMH-nkAoqcnRMz_ML-enp03w4tkN_1jzi4eEwkXH2tJds9TsjiL9qSJl531i1aOuKXFEL4Laa0VpAV6s-DXgAFmAEjyeG9BcY6dRm_n5dIph_e1ol079LqXw-yVeQApZderWNXYFVhhg3WsKBY4FSSbNDL0OtGhW17HFRk8TT7BLnZh87IYHC8G2BkD5mCikfteAnA8piIBTyelYwMkFgx2jdgVigcef_7U3e12MtPkU6ekqX1Mv3WskFJSNaToYNE_WG-GpzLhjj60xV62JR1Mw-o-BYlHE351lx0cAaDPR25yP5gFl1So1oEdUsH42Lu2GVDjegOrIZsYOFmX7fUzbmU75S-niCc2ZOxpjD7VinAd4Y9gaEVJSqb3l095F73_ssPwwEE12hvmLmN4Vw"#
        ),
    ]

    /// What a service account asserts: key, account, key's name, time, and the token.
    static let assertions: [(key: Int, email: String, keyID: String, time: Int64, token: String)] = [
        (
            0,
            #"tester-0@example-0.iam.gserviceaccount.com"#,
            #"b4d4636e4de1024131bdc61237b4c9b50b5c9232"#,
            1795251106,
            #"eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6ImI0ZDQ2MzZlNGRlMTAyNDEzMWJkYzYxMjM3YjRjOWI1MGI1YzkyMzIifQ.eyJpYXQiOjE3OTUyNTExMDYsImV4cCI6MTc5NTI1NDcwNiwiaXNzIjoidGVzdGVyLTBAZXhhbXBsZS0wLmlhbS5nc2VydmljZWFjY291bnQuY29tIiwiYXVkIjoiaHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4iLCJzY29wZSI6Imh0dHBzOi8vd3d3Lmdvb2dsZWFwaXMuY29tL2F1dGgvY2xvdWQtcGxhdGZvcm0ifQ.v72KNX-PZGxqzMQNRbs9rW6akuur-i31VpV31iaY0fsYsWlpsJEUeXLQCsyR9NFYuc-qQFGqU7mcNdzlm2i2-roh54WVBLJ9E4jeSLeeNgbSg5ARJjOPIbZalrMl54iicnbVUmRdqJFnvWCS8fHxe7tONKlXJ0WOYhHsES4fbPIlBOdQgpVEeN6Tyta-84tsloonaTBmInkV-5J7_CofcBoEVhqM8xmhqPOA0EPv_AFc8QiOnk_Q70DTvFbOiRNd8JcJ-4ijOeFG_nnNxPkPOr815L-ZReifAmzPLbvUGBUiijr-Puo3vw48IMV7_mu4NCnAPYBw7sgvlPsj7sruEw"#
        ),
        (
            1,
            #"tester-1@example-1.iam.gserviceaccount.com"#,
            #"168297193ada1541299211d5e314860c88989ea3"#,
            1795251106,
            #"eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IjE2ODI5NzE5M2FkYTE1NDEyOTkyMTFkNWUzMTQ4NjBjODg5ODllYTMifQ.eyJpYXQiOjE3OTUyNTExMDYsImV4cCI6MTc5NTI1NDcwNiwiaXNzIjoidGVzdGVyLTFAZXhhbXBsZS0xLmlhbS5nc2VydmljZWFjY291bnQuY29tIiwiYXVkIjoiaHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4iLCJzY29wZSI6Imh0dHBzOi8vd3d3Lmdvb2dsZWFwaXMuY29tL2F1dGgvY2xvdWQtcGxhdGZvcm0ifQ.ORuSc1YtL1WCMEZRF9CN9wB0sjatrR8hh568A_nZMy5KevaeLO3XYZMv3Ve9YDcN2cZEPMz_mJSgMjguAdAFYcJanJWB4G6T9jV93oBNhmiN-Qgv_eHW_uGM_eYD6HnE8JGE6KEUSToTTa366Q9q_Wv_6lg84U9BWWfxVqmg_ev8Uh24oIBc8lKJMcundekFzeqfygoc-vI7o44MBZhldmMyl-0YGpUET0Uv0eC0sZ-5o7GQgh1w3YodunlEukhklefMxq0KWY96ir9aIM8zLNAM2uHnWspjdZ3RfaiiiTB9kPbriqqCwR-O-l3uwoRHFG1YVHUsNkTyoX_wCxnZP0Lehc90HBbGMfk93R-hE0kpW4RCUG48B3x5R3iCTud38ZgFX3N7LNwgRglp34n4mZj8dk1ETpVPrZHgyCSLgFQnEMD9vW98yEGsn35a-XZB1yln5LfslaMuLFGuafyc-V5a8wUMKbFbUF16Wwb4UcCjo6fihLe8gsaiUOAvDUmO"#
        ),
    ]
}
