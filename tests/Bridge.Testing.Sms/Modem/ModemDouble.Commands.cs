namespace Bridge.Testing.Sms.Modem;

/// <content>What it answers to which command.</content>
internal sealed partial class ModemDouble
{
    private static readonly SmsPart s_unread = new("");

    private void Do(string command)
    {
        var (name, value) = command.Split('=', 2) is [var before, var behind] ? (before, behind) : (command, "");
        switch (name)
        {
            case "AT+CNMA" when IsImpatient:
                (_announcements, IsImpatient) = ("2,1,0,0,0", false);
                Line("+CMS ERROR: 340");
                break;
            case "AT+CPIN" when IsBusy && value.Length > 0:
                IsBusy = false;
                Line("+CME ERROR: 14");
                break;
            case "AT" or "ATZ" or "AT+CFUN" or "AT+CMEE" or "AT+CNMA" or "AT^CURC" or "AT+CMGF" when value != "?":
                Line("OK");
                break;
            case "ATE0" or "ATE1":
                _hasEcho = name == "ATE1";
                Line("OK");
                break;
            case "AT+CPIN" when Pin == value.Trim('"'):
                Pin = null;
                Line("OK");
                break;
            case "AT+CNMI" when value != "?" && Knows(value):
                _announcements = value;
                Line("OK");
                break;
            case "AT+CMGS" when OnPassage(new(SmsMoment.Announced, s_unread)):
                _awaited = int.Parse(value);
                Say("\r\n> ");
                break;
            case "AT+CUSD" when value.Split(',') is ["1", var code, "15"]:
                Dial(Dialled(code.Trim('"')));
                break;
            case "AT+CUSD" when value == "2":
                Line("OK");
                break;
            case "AT+CMGL" or "AT+CMGR" or "AT+CMGD":
                Look(name, value);
                break;
            case "AT+CPMS" when value.Contains("ME", StringComparison.Ordinal):
                Answer($"+CPMS: {_store.Count},255,{_store.Count},255,{_store.Count},255");
                break;
            default:
                Answer(ValueOf(command));
                break;
        }
    }

    /// <summary>What only other programs ask is among it.</summary>
    private string? ValueOf(string command) => command switch
    {
        "AT+CMEE?" => "+CMEE: 1",
        "AT+CMGF?" => "+CMGF: 0",
        "AT+CMGF=?" => "+CMGF: (0)",
        "AT+CPIN?" => Pin is null ? "+CPIN: READY" : "+CPIN: SIM PIN",
        "AT+CREG?" => $"+CREG: 0,{Registration}",
        "AT+CSQ" => "+CSQ: 18,99",
        "AT+CGMI" or "AT+CGMR" or "AT+CGMM" => "DOUBLE-1",
        "AT+CGSN" => "490154203237518",
        "AT+CIMI" => "262010000000001",
        "AT+CSMS=1" => "+CSMS: 1,1,1",
        "AT+CSCA?" => "+CSCA: \"+49171600000\",145",
        "AT+CNMI=?" => "+CNMI: (0-3),(0-3),(0-3),(0-2),(0,1)",
        "AT+CPMS=?" => "+CPMS: (\"ME\"),(\"ME\"),(\"ME\")",
        "AT+CPMS?" => $"+CPMS: \"ME\",{_store.Count},255,\"ME\",{_store.Count},255,\"ME\",{_store.Count},255",
        _ => null,
    };

    private void Look(string name, string value)
    {
        if (name == "AT+CMGL")
        {
            var isAny = _store.Count > 0;
            foreach (var (place, (state, hex)) in _store.ToList())
            {
                Line($"+CMGL: {place},{state},,{(hex.Length / 2) - 8}\r\n{hex}");
                _store[place] = (1, hex);
                Say(Interjection);
            }

            Line("OK");
            _ = isAny && OnPassage(new(SmsMoment.Brought, s_unread));
        }
        else if (!_store.TryGetValue(int.Parse(value), out var stored))
        {
            Line("+CMS ERROR: 321");
        }
        else if (name == "AT+CMGR")
        {
            Answer($"+CMGR: {stored.State},,{(stored.Hex.Length / 2) - 8}\r\n{stored.Hex}");
            OnPassage(new(SmsMoment.Brought, s_unread));
        }
        else if (OnPassage(new(SmsMoment.Acknowledged, s_unread)))
        {
            _ = !IsStubborn && _store.Remove(int.Parse(value));
            Line(IsStubborn ? "+CMS ERROR: 500" : "OK");
        }
    }

    private void Dial(string? said)
    {
        string[] lines = said is null ? ["ERROR"] : said.Length == 0 ? ["OK"] : ["OK", "+CUSD: " + said];
        foreach (var line in SpeaksFirst ? lines.Reverse() : lines)
        {
            Line(line);
        }
    }

    private void Answer(string? line)
    {
        if (line is null)
        {
            Line("ERROR");
            return;
        }

        Line(line);
        Say(Interjection);
        Line("OK");
    }
}
