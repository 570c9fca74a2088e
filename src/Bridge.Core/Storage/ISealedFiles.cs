namespace Bridge.Core.Storage;

/// <summary>Where sealed files are kept: of the owner alone, under names that say nothing. It never sees content.</summary>
public interface ISealedFiles
{
    /// <summary>A new file. Until <see cref="Keep"/> a crash may leave any part of it.</summary>
    FileStream Create(string name);

    /// <summary>The file, whole, is found again after a power cut when this returns.</summary>
    void Keep(FileStream file);

    /// <summary>Null when it is not there.</summary>
    FileStream? Open(string name);

    /// <summary>Every file that is there, with the time at which it was made.</summary>
    IEnumerable<(string Name, DateTimeOffset MadeAt)> All();

    /// <summary>One that is not there is no failure.</summary>
    void Delete(string name);
}
