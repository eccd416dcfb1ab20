// Made by Tests/sdk/make_jwt_vectors.py. Do not edit.
//
// The keys were made for these tests. They belong to no account and open nothing.

/// Tokens that google-auth signed.
enum GoogleAssertionVectors {
    /// Private keys of 2048 and 3072 bits in PEM.
    static let keys = [
        """
        -----BEGIN PRIVATE KEY-----
        MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCqHNfY4iN8lVno
        EHIFkDNcrP64MuOVI1/AapV+eaOZkkqofXKcfoY900nKJUhZ/dVuXTHWl1a26EMh
        w4kCGQpjyDy2vvVeC84Ce8XKZLuNHnLzhYoNd6m8Vfq9euZXlStSpvl0f4ASTtZE
        qFQQ/z6060TaT+7roGmCib2Q3K5qV0+CtJ/qqunlQSaSgE+rHx7jOKJELMCdY3h9
        xd6kWviMCoU6YMseG+6yCeWqcHYm88EMLZEqwsQfQnLrrjo7Ku5IJDbzEgvUZDJr
        smL0NvB47p54dBTO/vPbpN3g68GI75cPdeyfT2zgaWslPQZ7fBvYi+jY7q3l16Jy
        fSzWVxXPAgMBAAECggEACGIzLwtMtWtE4DTN8cE+uW6wf6fJDdoNnNWD4upKv5r1
        QU2BaairTqkMO2v6n1jCUoCW9VzwV0OmFKgRfKrQQhpQXQSXN23R1s8pGxrmIAPO
        pXrA0tNsEuM9NWZfq2mna24y4A9tN+RubI7L1H9Hz1xtlcFtDxa7lxqDtFEelWX9
        yViNldowz6vkrDEqjwRJnEIPRymGVRC4DUwVBnxHXXC05MfemAPSmDPn7Blejngm
        olnNkbjQBqfu2ZW1SPKzzAYZtZ1qa90FozzceQRaxkueDDTTyib1q6RVanzycXOr
        JSRJXWHD6B0wz55G89X9JhhqSJCExUedgMSmMGkFwQKBgQDqI4lCk1z8JE46qDzS
        5GDjiSzMzIYvY1RYhekuqLIg0SvAhomGkhwTntMfyP4GeZsoEKxyVE2ssE+a7QQl
        YMIcTpNM8+WIM84yv8V5B46yrlRsBaP7jCZUFPe5hu9oIYslgss8Z/4Ug/AFcBCe
        gTsLjHaF9KVC1ei9ZrWMcOIKDwKBgQC5/u7JxxSLQaBRRR9uH/1yF1JEhV2Akyhc
        N/J8Ljr8SqThnt5igOV0AdsSPC2FBjvvvypPPOKftklsOYmboy3AVaYtWgKl853K
        6n0qWM8zlM5MFxdhj+GiYjZuRs1dt+mpFj4xUaloYavaV6AOPr2H+YcwOBg5LvJO
        lAEYHYz4QQKBgQDa0Ns2nQIJouR5bUFq1oS2ITz9KSc+olXxZTTHpmDSyqlZBGMC
        oQocTBKDYhQFeSDIEM0ZDDCLczryTw/Q3tyKF+URxd59q+zJAPBMbAOwebvsOFlI
        fXJUokPh33lel/qy08mcapPKGIP4kQL3H09PO7aI+lp4W/FnENYaqmSVgQKBgQCB
        yeePXiBz3GOm0nlQO3p8NtHthrLsmcO8Nj47cXcvvla4Kkg8rH1xKipY2y1YejUw
        41D+4hmyIV2y66Oeu4udfybq1riqXQlrI54cAsTz1Y7vgd2K8wAcdDRPV5DPKRsg
        JqlXeQiiEiX9ws+poRZY4EL53uroXF4xfw4UaeqJAQKBgFEqD7u+V8fDxGWqfTFJ
        A0cp7CgLP51nwZdZ5L/JpBvcRVQ5WMifeyRxFEaHrM3cghTLUUgcgd/Iu4f779dN
        NnuPZTG49GSpWDeXXMZifS10dkI6faGBzn4Oh0GFgKWxUtWOE1VMAqDPLjGbKQd1
        nMZXdNUFtOjTixuThXpBYZSd
        -----END PRIVATE KEY-----
        """,
        """
        -----BEGIN PRIVATE KEY-----
        MIIG/gIBADANBgkqhkiG9w0BAQEFAASCBugwggbkAgEAAoIBgQDLhR2SWqMM58r5
        BkgPrG7vFSLS5DjezYJ+JQVR9DeSaYcvhyhauez+XJh0Dpr2F0PNLd3bjLvvBKZI
        bmtRS86ghSmOc8NX4VAQvFBd45AFntCvMeqOe29KrtUPCxmdrMdwdx74ywW2Sl9d
        JIh9jXE5uyaKYGJJyqinb+zfw4K3UUgvfktMRs/w2jcHB96miqgRu5urtb9F4IWI
        75NCPEZVdUzh/GYyGIMp7o8gFjUoxd2UEfgpXo7RC3hkSKOeigGQJyS5+IINmlsy
        U7efhv2RkrfLY/16RPIuHtO1x5s5OAbX9uDrRimOyoivPCwbBzItFShFA60ijIfY
        2xChvIPMynN3j2aOW760M2GV8MHgwt+OT9wiUEebKBcs/0xenb84sLDvOq2fail4
        FOJ//M5fZazvN5RMDhXUzIffZCGvKBQ9CN8xP40J1mXZqAqe0UFaypVwW7MjHusj
        xW6FuCS/iNun2bvNnTiO6AaK+CimGlhZDHlK6n1ofJC33a0IWYsCAwEAAQKCAYAe
        oig71cGyGRefmRbyqQE/ol5OAQUgYC2SoC7nUYul0ZWEDWOBGHg4JybZXTNs9D6D
        3TIGMG4/QWNoBprHr1HoLnL9WqZeDW94PWgZYb3VYrzFig1kqeasBpnSPFj8NzwD
        zSJPz3tKH3KwOeYDg+01g9p+vJg+xC7TmRC985cy0Zy8bVWXIxd8iNP8jm4wgjFf
        De6WD3K9aVigLnNrZlgt18ydPVkClFb10k8fxMf2naXG+ldwnqd/hqr16Usbe2kQ
        4XqRpgKrWqWGeBSb/HsHXyRKDKWJex/YvR2S7ST0UiS1VSPe8BXfsFXecxpsmwKs
        jCoeKO4slqStH+sJzRjQGEfW7IQq35x/Ev0xyztCcY22oGoZReAiAB4ZOgvF/oL1
        Uj75xFAKjxdBpVwlGC3+RqUrjkf4eKmVcfL1BOk5qJMTkmtd/ks+rWuNJBB7yP91
        0Qe0o1kQS4Uh5KB0C2ccvGz7wQFnfnBYYhpbVkn4QhzA1Zv6LVXCW6lwgr8TIIEC
        gcEA94JcEAOUUXmlWXDOR25eeqVpEVrubSPAC7iwY0cNiaFex0HNvAfk3kf6sFp8
        J+kginFYtP0fgWqdYwZrbC13oVv0eZzd9WEN8/I9ViLhWJ0q5W23qER2msEcHjpL
        uZwoWAn5JfEtnKPghBIc6rwlMPOluM2nTsdCwqliVb8k36+ZuPguwUz6gpsw0GRq
        6+xzRjmYJPUpXFz1xMpSYO4ter9QZxP/S4rLk2w7jQlsysiLlIow7iqJxpv6TDxr
        nx6BAoHBANKAcJtOE8iTjKwDY1Cr8tONVYwJqpolj2h7fPH4J5si1WPzfxBCEztE
        m0nX+MBo3gQXrjt1/nDUBzHcX+z0nouAj2NbcNQnnbk/dfNdlTqEjg1MyPC/6Qk4
        JfxaZKXu3dIZnHIloHrMJ6NZn9m7BUWhLwe3DafrEi61jizvhvz4E6PHOMAlnPLV
        4tHeC71JstlRqrZH75tglvy1USU/L3agXbCzv217wS/k7gc4LpZ0Z/W3gFvIEC/m
        VAF094EKCwKBwA59rmAtpXhjs9+ZsCoUdymdF5qxhTYUmsDU7lbRqSQ+s2rdGmuA
        1tCAzFeY5J39ky8n1ba6/yY3lMFgddeejdt/o7+fBIvCQ+vdaePqJOFoSkOmedM7
        Nup2levbI+XZE6+b3d9v0GjUW2fAG7tOiqrkCPbZ64q8NddpzV0R1NnX0Rs4RJyC
        okQVS/VXe78WV+Vrp9G6HNLQin8cDVipeTYvj0iJri/BD4wxEQd/3sO8nBd1Q8od
        6XUcWrot62skgQKBwQCoKw5LNJwfgKlAftBoEYbENcRjRRGzZlBkc0tFcDAMA08h
        M9WOIouErPG2k8DZzq2X7Wc3f7OPZgR9dAZ6oo7K+iETimjgROn/pdBQZbIjduSZ
        gX+Cvn6o69+E9J415lf2Upmmo6LKl7EPEjnfU0cJ8pRFAJv7S5RSFp+IDK/2ByaB
        kFYpQ6NYaUF00oTkay1j6peMWnn00rytFRnHvOvpRIK0+VT0XYrf/W+f+uVVM5ge
        OMRmDrXH3qW8KDrXLzMCgcEA74Egqy5j4oWYdijuwHjDCrcjjn3Nl28avpNZPUSW
        OO/BkRC/JjRhICSvGA9yELHrXrJEu5rTJhCE2uy12qj54HVGJoyLqEzWyL5vxyMN
        1EjMLmGsuuGEB+ghAqrk5e2L7ABteFYvr1dfAbqgfwziTfT9vGFU7ZplNlihv0wo
        /JTqtGCZCEejG7fSeE0c6O9NHR+FSAnSXxRSjLMVlLOtxn/dtdZDoHfaN/cSXoxQ
        8uI0NnkbMa5/Oi5TX3QBHW3Z
        -----END PRIVATE KEY-----
        """,
    ]

    /// Key, header and claims as texts of JSON, and the token.
    static let tokens: [(key: Int, header: String, claims: String, token: String)] = [
        (
            0,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}}",
            "{\u{22}iss\u{22}: \u{22}O5ei2IBp\u{22}, \u{22}iat\u{22}: 62224870530, \u{22}exp\u{22}: 7796037331354253, \u{22}\u{5C}tE7WvQ\u{5C}\u{22}8KQcr5DmNYWAFK4LCJcdY\u{5C}u20acQCm\u{22}: null, \u{22}LmtZGxIbBEnh\u{5C}\u{5C}KpR\u{22}: [\u{22}GcqmQ9556s8Wfbb2rhSyf\u{22}], \u{22}sa\u{5C}\u{22}c6\u{5C}u00dfPm \u{5C}u20acYKByoWFnhVvJx \u{5C}\u{5C}box\u{5C}ud83d\u{5C}ude004ypW8\u{5C}ty\u{22}: true, \u{22}/B\u{5C}u00df/vsIhUca\u{5C}u20acvQGwe/\u{5C}u00df\u{5C}u00dfipS\u{5C}u20acNXV\u{22}: \u{22}I\u{5C}u20acq0gm/p2R8Ayu R\u{5C}u00fc\u{5C}\u{22}jNhcf 47yS4BPqft\u{22}}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiTzVlaTJJQnAiLCAiaWF0IjogNjIyMjQ4NzA1MzAsICJleHAiOiA3Nzk2MDM3MzMxMzU0MjUzLCAiXHRFN1d2UVwiOEtRY3I1RG1OWVdBRks0TENKY2RZXHUyMGFjUUNtIjogbnVsbCwgIkxtdFpHeEliQkVuaFxcS3BSIjogWyJHY3FtUTk1NTZzOFdmYmIycmhTeWYiXSwgInNhXCJjNlx1MDBkZlBtIFx1MjBhY1lLQnlvV0ZuaFZ2SnggXFxib3hcdWQ4M2RcdWRlMDA0eXBXOFx0eSI6IHRydWUsICIvQlx1MDBkZi92c0loVWNhXHUyMGFjdlFHd2UvXHUwMGRmXHUwMGRmaXBTXHUyMGFjTlhWIjogIklcdTIwYWNxMGdtL3AyUjhBeXUgUlx1MDBmY1wiak5oY2YgNDd5UzRCUHFmdCJ9.CkD1JIFBJ4tCbP_QVN34EHVpxTYjXviN1yh0YpSElUwiv2qZWuHNMX_bV6fxV7MrOJ5bAGO8_jFWshQB8PqEyV5W6JGHTSolnGYXpNU-xXIsQr5VejzjZ84jxj3ouApwlQB3MoQRftlsKEtGAukEQwONICUiSg74n1QOqVC-02uog86EcKueDCPEapWplNjKs0YLCYXJnrD3wkhrW4_t33Jtcuzbu61StkVm0I6iYTgxm_5EFqqzE5xJ8oNgMTay5lsM-ByJ9JES_6SPwIGVLTs5b_iD3RrJvwR0By4nyWslEIvsspXu2QEpsWjbu5Gybv_qmGNmFOibLN-8SR2wuw"
        ),
        (
            1,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}nooz7g2gPyq\u{5C}u00dfcn5P\u{22}}",
            "{\u{22}iss\u{22}: \u{22}rhS6gp6Ct 0ba2zH9h3\u{22}, \u{22}iat\u{22}: 168912875644, \u{22}exp\u{22}: 3120854943508514, \u{22}81XmFlZWse\u{5C}u00df6NM9GCysbUEPezjjs7CCSqaM\u{22}: {\u{22}a\u{22}: 1}}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAibm9vejdnMmdQeXFcdTAwZGZjbjVQIn0.eyJpc3MiOiAicmhTNmdwNkN0IDBiYTJ6SDloMyIsICJpYXQiOiAxNjg5MTI4NzU2NDQsICJleHAiOiAzMTIwODU0OTQzNTA4NTE0LCAiODFYbUZsWldzZVx1MDBkZjZOTTlHQ3lzYlVFUGV6ampzN0NDU3FhTSI6IHsiYSI6IDF9fQ.xW3e5svn0IF_z63NSrPmUjKO2-xMYvnzFdzepWIaAmd1plRg7FFr3LKAysMo4gpbHBkNC4ne_WVS47CNOLVF94OL7fuLUVdt5t5GPERs2rBUCveq7jDlSJ_78AvRHc3c8ggDw3a-Y_SNEaSde10b4lY6uNmntl-zfxEVhAXD2MGheL78O6n9W2KkiH-fxv99Z0YBr9zc0ZQXMfwk4qNiyLq_tN5PESljC7i5HYxytfcDvuf-_CjjfS-d6X31h8g8mLkrDGs9dzVRuXmI_GdVNEa_zifIemHfj9ivn4R_DvosxTpRlQLAqdEb8Zk_K4-SbiQUMo9LEMrhVu7LTMQhPSmc62Tw24GOyqZkj_PzxlKcqcXduYaRt2UcrZOLrLrM3i9MW5jh4fql_6_YDTvic9EKxewhW1iTu18ESDD19B8YLzsw6IHRs9abEOXHdRZWjPXD8RixAVvwZ2j_QCDz44sUBzZERD3NNZLBQo3VYxlMrBsM9dlwF_e3F1thPRm9"
        ),
        (
            0,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}\u{5C}\u{5C}\u{5C}n\u{5C}nUqwX\u{5C}u00fcZyS0V\u{5C}u20acp\u{5C}n2UAK5ovvNlYHgiRL\u{22}}",
            "{\u{22}iss\u{22}: \u{22}mspP2dXZzLl0c\u{5C}u20ac6Tt/\u{5C}u00dfk38VY\u{22}, \u{22}iat\u{22}: 532250849215, \u{22}exp\u{22}: 7156040144777995, \u{22}uh6i1N\u{5C}u00df2\u{5C}u20acjKPw\u{22}: true}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiXFxcblxuVXF3WFx1MDBmY1p5UzBWXHUyMGFjcFxuMlVBSzVvdnZObFlIZ2lSTCJ9.eyJpc3MiOiAibXNwUDJkWFp6TGwwY1x1MjBhYzZUdC9cdTAwZGZrMzhWWSIsICJpYXQiOiA1MzIyNTA4NDkyMTUsICJleHAiOiA3MTU2MDQwMTQ0Nzc3OTk1LCAidWg2aTFOXHUwMGRmMlx1MjBhY2pLUHciOiB0cnVlfQ.Dlc2is4Tkuf2IXrO3JEKIB2z9u4aMt-hKs8K5bAn6zMdMdMNX2vXRpoJduucW_JqqPGSvTw_Cq3H7isDIZtAPDyjB2tGxu1M4Sy7D9oSbbFJd451pZ9yvHwCZ-8QbXX31frWHBObUVnERn2B_PXStXdZe52IbG4_0PqJ507C_iztfSbg95A_usO8dkf0uqSR6vWzy6apHZ7iTe-L0iGDaH-TNTXq0bQINGqeTq8hegxtqsuG1kUu-FIv6du4HSDi-eW2C0VOMIoWoqJIQf-mh3vuTtH2AXa8MGCCUMnAXiGcwXfVOCd_RHvFO44Zrlpdtw-tLpJ-Z8m9GtFdPMpSNg"
        ),
        (
            1,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}}",
            "{\u{22}iss\u{22}: \u{22}W2xiZzMy0Pi\u{5C}nBO\u{5C}ud83d\u{5C}ude00T010o\u{5C}nRL\u{5C}tZ\u{5C}ud83d\u{5C}ude00YGWoLW\u{22}, \u{22}iat\u{22}: 938791143515, \u{22}exp\u{22}: 7300374828837057, \u{22}RsLjjZz2r\u{22}: {\u{22}a\u{22}: 1}, \u{22}\u{22}: null}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiVzJ4aVp6TXkwUGlcbkJPXHVkODNkXHVkZTAwVDAxMG9cblJMXHRaXHVkODNkXHVkZTAwWUdXb0xXIiwgImlhdCI6IDkzODc5MTE0MzUxNSwgImV4cCI6IDczMDAzNzQ4Mjg4MzcwNTcsICJSc0xqalp6MnIiOiB7ImEiOiAxfSwgIiI6IG51bGx9.h4Cou3s0aBprXra37SsJlLYAx69mYrM9ZiCc6VkDEOq6IZyyv6DkrlE_BAbYbPE-t3RwnjSEBaRdXKAL8BNcg1OmdZ7SZ-HkFG1E2eOZ8PK2tEtjOGA9J4jNW-b5GyAPPHh4Zu9wOFX2z49j-QtJOyS9vzfjBwWLrUZLt7Ll_gk9K3MpDyyfZe7fPzuCup1HAj8Cw_8L-tJt1iMEQs3tqyZt6LFsi3GQP4g5zETg_Fg1iLEyntTu_o1xuqUROn9LdOvlQT5BTDx-ONeAZ6Om-rOXAyYIcGZqY0Ap4S2_vR_C7scbuQXG1vhSLNVJazRESgOEfW_8yTmSiTeMzvSGb7FZ45Gsea_S9Crw6NWXyJM9gD6eQllkzW8Lk-VFKngRWXa4H3FJJYOXYrUNnPM1MyGFQyNfG3GI2EcDLuCZHd66p87XfIsI7uH292V3Abr34a4CCDDoepCs1WyKvFm2RIuA5uoWUej0DisIeTI1wg5R2ui8l2qmeALmoJhOVkEz"
        ),
        (
            0,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}ML\u{22}}",
            "{\u{22}iss\u{22}: \u{22}dtigbT1X\u{22}, \u{22}iat\u{22}: 424538717183, \u{22}exp\u{22}: 8061703706865099, \u{22}dg\u{22}: true, \u{22}c\u{5C}u20ac\u{5C}ud83d\u{5C}ude001oCxDjev5MEwt1Laiw04PGuGA1B\u{5C}\u{5C}fPe\u{22}: {\u{22}a\u{22}: 1}, \u{22}dhNthsTLff9Um bA9Zu\u{5C}\u{5C}R \u{5C}\u{5C}EWN\u{5C}u00fc506\u{5C}ud83d\u{5C}ude00so13LJD\u{5C}\u{22}\u{22}: true}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiTUwifQ.eyJpc3MiOiAiZHRpZ2JUMVgiLCAiaWF0IjogNDI0NTM4NzE3MTgzLCAiZXhwIjogODA2MTcwMzcwNjg2NTA5OSwgImRnIjogdHJ1ZSwgImNcdTIwYWNcdWQ4M2RcdWRlMDAxb0N4RGpldjVNRXd0MUxhaXcwNFBHdUdBMUJcXGZQZSI6IHsiYSI6IDF9LCAiZGhOdGhzVExmZjlVbSBiQTladVxcUiBcXEVXTlx1MDBmYzUwNlx1ZDgzZFx1ZGUwMHNvMTNMSkRcIiI6IHRydWV9.PDYSRxJkfFonOyFOTgXlNa2mTRljXZsUfdf_kBA5Gieq3kSsKKxDw9Zl-1vrupbvZ7wq8wkbXDsxUGCb4Bw_ki97b84TrM1kuwaLJx2pQ-nER5xEhupnKrBCMcrM3ZvUWFdqSH0WVWzqWEjeKk59caCZLJ_EyMO0dSKG6bf1u4HvIUH73Zyn8r8FjoCT_IIcl1io_I8i2-p62lomKc4Y2N2E2LzbqF30cZes20VTH4lgDBCQ-QX7cMK5h3yfpNRaavohjrNfVOmno6Gt205A4Atif7delj5BJig5bhOp8-UoheTv9dVxtkscd-2A2o9mFSNz0COwnV5fpdlOtvKz6Q"
        ),
        (
            1,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}Qc9HnvXaiv\u{5C}\u{22}1\u{5C}u00dfNPNLN6\u{5C}u00fcDTwvKQN\u{5C}u20aclT\u{5C}ud83d\u{5C}ude001OAC\u{5C}t\u{5C}\u{5C}\u{22}}",
            "{\u{22}iss\u{22}: \u{22}\u{5C}\u{5C}\u{22}, \u{22}iat\u{22}: 201542043235, \u{22}exp\u{22}: 86800629102836, \u{22}3hUnaE\u{5C}u00fcdpEdU\u{5C}n0W81\u{5C}ud83d\u{5C}ude00Xm5YdpU iGXJ\u{22}: [\u{22}\u{5C}tuEty/p7\u{5C}u00fcCEeok0h\u{22}], \u{22}Mj2\u{5C}ud83d\u{5C}ude00pSIi\u{5C}\u{22}YqT7dmiOKVw\u{22}: {\u{22}a\u{22}: 1}, \u{22}gxa\u{5C}\u{22}\u{5C}u00dfi\u{5C}n40j\u{5C}ntgP0\u{22}: null}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiUWM5SG52WGFpdlwiMVx1MDBkZk5QTkxONlx1MDBmY0RUd3ZLUU5cdTIwYWNsVFx1ZDgzZFx1ZGUwMDFPQUNcdFxcIn0.eyJpc3MiOiAiXFwiLCAiaWF0IjogMjAxNTQyMDQzMjM1LCAiZXhwIjogODY4MDA2MjkxMDI4MzYsICIzaFVuYUVcdTAwZmNkcEVkVVxuMFc4MVx1ZDgzZFx1ZGUwMFhtNVlkcFUgaUdYSiI6IFsiXHR1RXR5L3A3XHUwMGZjQ0Vlb2swaCJdLCAiTWoyXHVkODNkXHVkZTAwcFNJaVwiWXFUN2RtaU9LVnciOiB7ImEiOiAxfSwgImd4YVwiXHUwMGRmaVxuNDBqXG50Z1AwIjogbnVsbH0.OtQP9sT-hcGNb8Y33HhvpN_2tnl6FXKPbk_sWs4ZukCdlrxqgemH8MWewma4PQhBdgJ5u_3cESrMRAhy4kF7Yivqva_L4IvCPOnqQ-qguZFs1mt5ZkF0bjQXt_LnQRSSJwe-QANZQJXwbdb6IzrQ-swkp_XvZbgMHo5GaCArh-DgNchOh1pDtuWnqrpiUB8-e09TZmrGhvjkaWzikLSplxiLtFLXmQelNTwJcuSA67h8hBeiLFvLDa5JMW_6IvBtwanRJhLwVUsemdM5QYbilQGbR3PGKL1vE2Gt6_-7bCDy9COBG7cqf2RMnnLQ2mUqmxhmymaTs8sLJmzPDjtbccmWG660GHqvMQNeUXGYvbXkd2ciusV3wxnHdv0x2l3r3CEiG6-U6eiIaooLbfoLb8VAwgcFv07bH6ZioF80J1Y4DqHAfHiv80eTvkpu04o2hnCqk_ZHhdNLfVB5oJ1SWS7SZ2046ZuALaLu3_c8fx9fHdAt5MUshsQQ5o-znHan"
        ),
        (
            0,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}}",
            "{\u{22}iss\u{22}: \u{22}OMC\u{5C}\u{5C}TNdKmpFNstMIDhAVNN80XcwXl/\u{22}, \u{22}iat\u{22}: 1061785787639, \u{22}exp\u{22}: 6576897746076648, \u{22}3/w\u{5C}\u{22}yV\u{5C}ud83d\u{5C}ude00\u{22}: [\u{22}\u{5C}u00fc\u{5C}nUBO\u{5C}\u{22}H4RE\u{5C}tDRdHcYadikKzt\u{5C}u20ac/V57r6rOz\u{22}], \u{22}4HHJ30nFNP\u{5C}n8kBh\u{22}: null}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiT01DXFxUTmRLbXBGTnN0TUlEaEFWTk44MFhjd1hsLyIsICJpYXQiOiAxMDYxNzg1Nzg3NjM5LCAiZXhwIjogNjU3Njg5Nzc0NjA3NjY0OCwgIjMvd1wieVZcdWQ4M2RcdWRlMDAiOiBbIlx1MDBmY1xuVUJPXCJINFJFXHREUmRIY1lhZGlrS3p0XHUyMGFjL1Y1N3I2ck96Il0sICI0SEhKMzBuRk5QXG44a0JoIjogbnVsbH0.JhDKCmgMwfrwZgs5ng6kUQBiZLZ6mFDUY0c-kP52rEvMszS3uhXE9tdxmuyCfGSJMwf7458iWcuDRWrs-3p5KLcerzPe0OgffPJXHjRKsoZaptLylWRjeS-BWBMJTerqn3kO_ecprIvWr0LfZWFJxHNI5ZpoodmAEbREndwjzNiHusbIT8t3Qcl11aV2ClVXvJeIv_B_NdbetyVp3uCHTFUKbK1urLC3kLkzuQMSW8eDG2L3LpbXbw-Bvr_WutW9JwcD3xkkNVNVn0M3Tn96-u_nUWlz9R3KfKsI5uwY6c1IX3rrvwvgvToWkgzSiSDoA6AieAkjwoWQJQdNS0USlQ"
        ),
        (
            1,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}U\u{22}}",
            "{\u{22}iss\u{22}: \u{22}HBK6\u{5C}nlLhsH6\u{22}, \u{22}iat\u{22}: 861980642736, \u{22}exp\u{22}: 95910878825178, \u{22}O84S0ykszuHkjso5\u{22}: [\u{22}XVMr4iUBOUI\u{5C}u20acra\u{5C}u00fcwuDQ\u{5C}ud83d\u{5C}ude00YwMGKEmCCo6z\u{22}], \u{22}th7jOGdp7M\u{5C}n/gWdEF\u{5C}u00fcQnKLoz\u{5C}\u{22}\u{22}: true, \u{22}UC/H\u{5C}tN/IEQwkQ9t 43D\u{5C}ud83d\u{5C}ude004PiPb\u{5C}\u{5C}yANTPIT8GK\u{22}: {\u{22}a\u{22}: 1}, \u{22}n/qQ\u{5C}u20acKZH4AG\u{5C}nSz\u{5C}nTbJl\u{5C}\u{5C}cq\u{5C}\u{22}Lm\u{5C}u00fco\u{22}: {\u{22}a\u{22}: 1}}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiVSJ9.eyJpc3MiOiAiSEJLNlxubExoc0g2IiwgImlhdCI6IDg2MTk4MDY0MjczNiwgImV4cCI6IDk1OTEwODc4ODI1MTc4LCAiTzg0UzB5a3N6dUhranNvNSI6IFsiWFZNcjRpVUJPVUlcdTIwYWNyYVx1MDBmY3d1RFFcdWQ4M2RcdWRlMDBZd01HS0VtQ0NvNnoiXSwgInRoN2pPR2RwN01cbi9nV2RFRlx1MDBmY1FuS0xvelwiIjogdHJ1ZSwgIlVDL0hcdE4vSUVRd2tROXQgNDNEXHVkODNkXHVkZTAwNFBpUGJcXHlBTlRQSVQ4R0siOiB7ImEiOiAxfSwgIm4vcVFcdTIwYWNLWkg0QUdcblN6XG5UYkpsXFxjcVwiTG1cdTAwZmNvIjogeyJhIjogMX19.PV2ZFYd1k0N1XY_PHgb6x8QbhLedOn5saH0m_YMNZG8L6Ha308liMLXJjfTn9ONcLn5XuxMn5k_GCCiYjLtHyG4Whlp87Gx9vqyB0v2rDnO5zUuMnJyvLlSA208fBlw-zauItJdrG5xwOkLGqXM8FG7dzncPi1VC7sHffh6jKQKsy8MT1z_B2SjQagzYVAxUPwfCquwI-mNpCXP-tHAm5uWQDlkNHcGnV2uzWbNxyDm4az3yyfsbnyAU8tUflyouiKLuTSYFR2eWmCv0j6c_pKyyksi1qtd-NE7Oue0KvdaqLDCAolQksxJKZH_jEwoL8ghuEeEnzq5WINGTBGhSkWjzvBgsZfIYAUrtjve-nQ3cGn5l9b9HZr0wM0Xev-RrG3wB1iDf9BvXCSzTxx9afyHrtmkIBwlGgKItfGyI-ZXn_ourblrDuHVHeyDxYY6igoBLolKdnBs3_fS6uEkLT36GvE6wILZRn_74hA8dzR_MG-VLiBOXbi04orvLpvuO"
        ),
        (
            0,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}uJACVonXv\u{5C}tEIbbhTV\u{5C}u00fcFYyfEY5\u{5C}u00fc7O\u{22}}",
            "{\u{22}iss\u{22}: \u{22}\u{5C}t9R1/3Rlt6v3CMsb24GzKpIy\u{5C}ud83d\u{5C}ude00k di /sMdB\u{22}, \u{22}iat\u{22}: 744422964167, \u{22}exp\u{22}: 3757138819931120}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAidUpBQ1Zvblh2XHRFSWJiaFRWXHUwMGZjRll5ZkVZNVx1MDBmYzdPIn0.eyJpc3MiOiAiXHQ5UjEvM1JsdDZ2M0NNc2IyNEd6S3BJeVx1ZDgzZFx1ZGUwMGsgZGkgL3NNZEIiLCAiaWF0IjogNzQ0NDIyOTY0MTY3LCAiZXhwIjogMzc1NzEzODgxOTkzMTEyMH0.DEUwsAIkxRle3j4sFwXZ9ScIY_wnryBPKhA_Y7DscDReD5-b8gYtN_KGbsNCxSyPp-zLR8aGxmhsSJ9Y3MuGV1sjiYljOYFU452VOnqMxLKISfR0b1T8OVqY-Obk_zjR7Ep11N5H_seFf3eg4hEwCRDJdaRqQ-xcyoDVHwstUdLOUQ4go70Z2nqGdKWsEx8285z4f8yL-Du4UOWdlWEHzkWg56wnEPNjR1GIGwLLfpd8ElhAkDNnrsnMcc9XMwQQxnVfgUqvPOCwuBoUVhVKbBd1kUqjNX2mUyGWFyFpwg5y1-k0ZJtmYNegKS7vbfpYjhKiUCzkpLFsvTkiMByQxQ"
        ),
        (
            1,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}}",
            "{\u{22}iss\u{22}: \u{22}i\u{5C}ud83d\u{5C}ude00UjX\u{5C}u00dfRq\u{5C}u00dfYn3KPAvELH f\u{22}, \u{22}iat\u{22}: 894207850153, \u{22}exp\u{22}: 4172264106907579, \u{22}wRQvNtawgJK 11\u{5C}ud83d\u{5C}ude00tAqhLKj\u{5C}n\u{5C}u20aceae09ea\u{22}: {\u{22}a\u{22}: 1}, \u{22}03\u{22}: [\u{22}5Vio1i\u{5C}u00fc6pusE\u{22}], \u{22}/8XenM\u{5C}u20ac0nz\u{5C}u00dfK 94TVyi\u{5C}u00fcctS\u{5C}u00dfpr9x\u{22}: null, \u{22}wIcdAOjew1O\u{5C}ud83d\u{5C}ude00R\u{22}: \u{22}r3quOo\u{5C}u20acqKtlfPK\u{5C}\u{5C}R 4 FKn o5\u{22}}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiJ9.eyJpc3MiOiAiaVx1ZDgzZFx1ZGUwMFVqWFx1MDBkZlJxXHUwMGRmWW4zS1BBdkVMSCBmIiwgImlhdCI6IDg5NDIwNzg1MDE1MywgImV4cCI6IDQxNzIyNjQxMDY5MDc1NzksICJ3UlF2TnRhd2dKSyAxMVx1ZDgzZFx1ZGUwMHRBcWhMS2pcblx1MjBhY2VhZTA5ZWEiOiB7ImEiOiAxfSwgIjAzIjogWyI1VmlvMWlcdTAwZmM2cHVzRSJdLCAiLzhYZW5NXHUyMGFjMG56XHUwMGRmSyA5NFRWeWlcdTAwZmNjdFNcdTAwZGZwcjl4IjogbnVsbCwgIndJY2RBT2pldzFPXHVkODNkXHVkZTAwUiI6ICJyM3F1T29cdTIwYWNxS3RsZlBLXFxSIDQgRktuIG81In0.i6x79JmYXtO6KLhzHB2_UdGGzaAeqsuItjNSGaZPoqRYL05c1be1XQXZipJGb7VQwOr6BWKOflj8-qLff59rLOIi2WppyaRsIbJ2-IPjxLU2uBGEmuaoicnYyXt14zpaMiAZzpb5fTg7RhTFxMTkmSlRyx1DWApCtDi2eJ40u8er-Dbz_U-q0l4WA-3pD6iC8d46j5x-hQyk0BxeqfRcx-L1gxppqok9lb-CQdCIPaxG_CZjFVWqGO_xqI57v-Munv7VO5-QaYdzFDay5M-Ebdtbzi-3w55t0mZ89UWEzugFr_Rbocm4hlROo8RDT_6jw4ZEIwVPqQmrVc6O_EhCFRsNInm80dSUr8_WC_Amq1-8sba7USchrLe0klyB_r5ApDJhFJsYkAOREQFl-qK5DQv-mGPiYkbV8YCzYaE95Sx1i_7ayDFkCe2ynohQ4M3dIFxk5ZnNBcydseTl0ZnUVNvTupTNf3ct8YThUWflM5W7bku6LGmxmDmcTzATCapb"
        ),
        (
            0,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}gy9s\u{5C}ud83d\u{5C}ude00Ux\u{5C}ud83d\u{5C}ude00/qs6 \u{5C}u00fcDaluiFSu3ZJusmkgz1Yn\u{5C}u20ack\u{22}}",
            "{\u{22}iss\u{22}: \u{22}\u{5C}u00dfr0r1cKPY\u{5C}n5OJaNO1lQd07FXVvg2zl\u{22}, \u{22}iat\u{22}: 102361702590, \u{22}exp\u{22}: 6558500763570291, \u{22}Juz28t\u{5C}\u{22}beW\u{5C}u20acNGwy1B1uDxgC \u{5C}\u{22}S9K\u{22}: {\u{22}a\u{22}: 1}, \u{22}w\u{5C}ud83d\u{5C}ude00B3aU\u{5C}u00dfz4S\u{5C}\u{5C}q7x\u{22}: null, \u{22}HorX50vtLfh59 xG\u{5C}nPZIuFU\u{5C}tBF\u{5C}u00df\u{5C}nokrrC\u{22}: \u{22}ZvF6gDlM0\u{5C}ud83d\u{5C}ude002kF\u{22}, \u{22}Wc\u{22}: true}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiZ3k5c1x1ZDgzZFx1ZGUwMFV4XHVkODNkXHVkZTAwL3FzNiBcdTAwZmNEYWx1aUZTdTNaSnVzbWtnejFZblx1MjBhY2sifQ.eyJpc3MiOiAiXHUwMGRmcjByMWNLUFlcbjVPSmFOTzFsUWQwN0ZYVnZnMnpsIiwgImlhdCI6IDEwMjM2MTcwMjU5MCwgImV4cCI6IDY1NTg1MDA3NjM1NzAyOTEsICJKdXoyOHRcImJlV1x1MjBhY05Hd3kxQjF1RHhnQyBcIlM5SyI6IHsiYSI6IDF9LCAid1x1ZDgzZFx1ZGUwMEIzYVVcdTAwZGZ6NFNcXHE3eCI6IG51bGwsICJIb3JYNTB2dExmaDU5IHhHXG5QWkl1RlVcdEJGXHUwMGRmXG5va3JyQyI6ICJadkY2Z0RsTTBcdWQ4M2RcdWRlMDAya0YiLCAiV2MiOiB0cnVlfQ.V0tZd3fYfP9Fw-i5Huw3fiGAxRMwGzHdnotcXGXVSlYMY3TZjZ1wDSqROXqwkMSYseWvIi7-7kTBO2MD9ceTUe5D9lCwzd5nTfNGqdPLl7k1vZhaNugXMSZNuPGARYcrJN6sYtR--YnkHoEEA7dlqstHeY78zz-SVRwByGFaNBMxjAdqD5BoqkFtjoOxzKVDo1goNGCriViMwBq6U4jw71VFPiwWHgbuc8gLdfXZO5YX5CYPwGwHUKHnf86t2vG7CK4D2MjGlvZ0kKw8qbg0A4DZP_AbHJIzUcyLFGiUCpN3LUJHunGISsPn_OrHnuWgIOqwwNYqESAQwP4chYXt9A"
        ),
        (
            1,
            "{\u{22}typ\u{22}: \u{22}JWT\u{22}, \u{22}alg\u{22}: \u{22}RS256\u{22}, \u{22}kid\u{22}: \u{22}Ip/ 3\u{5C}u00fcFdK1FvQx\u{5C}u20acC\u{5C}u00dfX\u{5C}ud83d\u{5C}ude00OC2pb\u{5C}ud83d\u{5C}ude00J7iz8w\u{5C}u20ac\u{5C}\u{22}jKjGcH\u{22}}",
            "{\u{22}iss\u{22}: \u{22}/Nj\u{5C}u20acM3SeHat\u{5C}u00dfXOiXRTX\u{5C}nGRMQWndidNv4lk g\u{22}, \u{22}iat\u{22}: 955899575145, \u{22}exp\u{22}: 5150546834717008, \u{22}4B\u{22}: true, \u{22}u5D\u{5C}u00dfcP\u{22}: null, \u{22}fBYlGCi\u{5C}\u{5C}3Zu\u{5C}u20acUye7iH7HRmFhbwLvw\u{5C}ntd T9FowV\u{22}: {\u{22}a\u{22}: 1}, \u{22}qI8\u{5C}u00fcajbj/gMoausN MMumIC\u{5C}\u{5C}obdwpC\u{5C}\u{22}0Q7\u{5C}\u{22}\u{22}: \u{22}r no/SX\u{22}}",
            "eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJSUzI1NiIsICJraWQiOiAiSXAvIDNcdTAwZmNGZEsxRnZReFx1MjBhY0NcdTAwZGZYXHVkODNkXHVkZTAwT0MycGJcdWQ4M2RcdWRlMDBKN2l6OHdcdTIwYWNcImpLakdjSCJ9.eyJpc3MiOiAiL05qXHUyMGFjTTNTZUhhdFx1MDBkZlhPaVhSVFhcbkdSTVFXbmRpZE52NGxrIGciLCAiaWF0IjogOTU1ODk5NTc1MTQ1LCAiZXhwIjogNTE1MDU0NjgzNDcxNzAwOCwgIjRCIjogdHJ1ZSwgInU1RFx1MDBkZmNQIjogbnVsbCwgImZCWWxHQ2lcXDNadVx1MjBhY1V5ZTdpSDdIUm1GaGJ3THZ3XG50ZCBUOUZvd1YiOiB7ImEiOiAxfSwgInFJOFx1MDBmY2FqYmovZ01vYXVzTiBNTXVtSUNcXG9iZHdwQ1wiMFE3XCIiOiAiciBuby9TWCJ9.vFLc68IAXXWxqc3YsZUDn0p-O9GVjHtVYR5irzMQa2gSxKLvm4EKKmqPmqktAo-Ru16sJ3EZ9fuNPZpRuJci8QS4MrLnukYH6LoEp5zn2sA7IK9FQR9QUNCkSjNp5G_wyicxqLrKuqLVoq080oX1IXcYY-tJBt2PsNnZISHQAy1Bh8PCj5ivGKk5dP0xcgD64BbQoXaT8b9njkbdwtCqFe_xfw8jvaXJy3KTi3SeUQl-HP5qLmEJmbQOIdYlEau5rApiiicsuR1S3lc1DoxtSQu4F4mXZcgF6ESSfphYu9K3cZYwqE_E1Ru1IFgb9X1TNAHkpZkKw-6HDqb_sJhFVs75-0esglqOnFq21FkvypsisBc56OFwa7of9q0Z_WD_53wf7A81XKgMHXNdBhtpJmnIbD_8gcG2Bmn77qVE-I7zR-z4PCJRxGCuuDLjNzDfU65PU7SrP9VLg_JbzZNfoFXsxr5Ao-GC7FqOlviqhnK-4d3dPqKUOkQlH-7DlqEq"
        ),
    ]

    /// What a service account asserts: key, account, key's name, time, and the token.
    static let assertions: [(key: Int, email: String, keyID: String, time: Int64, token: String)] = [
        (
            0,
            "tester-0@example-0.iam.gserviceaccount.com",
            "b4d4636e4de1024131bdc61237b4c9b50b5c9232",
            1795250027,
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6ImI0ZDQ2MzZlNGRlMTAyNDEzMWJkYzYxMjM3YjRjOWI1MGI1YzkyMzIifQ.eyJpYXQiOjE3OTUyNTAwMjcsImV4cCI6MTc5NTI1MzYyNywiaXNzIjoidGVzdGVyLTBAZXhhbXBsZS0wLmlhbS5nc2VydmljZWFjY291bnQuY29tIiwiYXVkIjoiaHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4iLCJzY29wZSI6Imh0dHBzOi8vd3d3Lmdvb2dsZWFwaXMuY29tL2F1dGgvY2xvdWQtcGxhdGZvcm0ifQ.AouQW17_ZoEnw2F7z3vTAs-r7Kf9R5jvNqhshs42t8ojcpYro1Db72-qpo0f3DO1WhhwVr5mHXKQ9FV4Oji_cvp0IrbF_r0zHZuM0l7SyEY86m-7_Rewd7RiNqXz-rbM-PbS4sr4U6A1iUMDIiM_SiWCJbaq49nJNsWkYN2epheYo9zpdgT4dr78JtGfPUxZtFwjiT7l9tGTskw3poJRfYaDEcUbtmbsjt7lrzKj-AYcY27jQuLQID4ETMnze138s6McLZoMzix6PdZkJ29w1Hua22M5nQmrndEaB9nkqT6jz2mmtwxB7sCPJQDj5c9CXGt4Le560Xc_cXHjyYXiwQ"
        ),
        (
            1,
            "tester-1@example-1.iam.gserviceaccount.com",
            "168297193ada1541299211d5e314860c88989ea3",
            1795250027,
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6IjE2ODI5NzE5M2FkYTE1NDEyOTkyMTFkNWUzMTQ4NjBjODg5ODllYTMifQ.eyJpYXQiOjE3OTUyNTAwMjcsImV4cCI6MTc5NTI1MzYyNywiaXNzIjoidGVzdGVyLTFAZXhhbXBsZS0xLmlhbS5nc2VydmljZWFjY291bnQuY29tIiwiYXVkIjoiaHR0cHM6Ly9vYXV0aDIuZ29vZ2xlYXBpcy5jb20vdG9rZW4iLCJzY29wZSI6Imh0dHBzOi8vd3d3Lmdvb2dsZWFwaXMuY29tL2F1dGgvY2xvdWQtcGxhdGZvcm0ifQ.xdrpY3rq4RIaIruxj7tzpwlMRAeMQsZR5PfsILN1CWWGqdXyXsJGiATdIaVqtkSWwcbEnS37EUeGb8Z45GgYE0VE1ljhVvHOw7MxOL2CD90BpvFBKDlgBpVs7kWxl4Ciq1pUJ0HdkWTEmlxPOZoJOnvfKVohwfn2s9NmUr1aftxD05BFKvNVjIdtzG_aC6K5DIKbsWx7L_Oa9dfvHK1q-gAKdFM__Dp1wiEMJk_LvarDIh1zVb7rnMmFAmIMnYe2ixZY9qSFRiJosLcxWE6U3Qv_KYQ5te14if5aUIjZv26oNHrEIwMMpECiVEg1-BQEkuxyNAW34D5_pOOKnXV-y2WCMFGN0oVMJm9mycXTiGqrn86XGs73DwfcjQxyzVQfe2M8jyXixVyFnB7MwYkw9v_U3SPFaObrZqmyHKbxgPj-NrTGEgaNU1gdvhCS9SyZuL7d87NIYH3C62C_796_zhQykZXDxlr3IptyEucHRMdQvVLmNOhudw8s0124sug0"
        ),
    ]
}
