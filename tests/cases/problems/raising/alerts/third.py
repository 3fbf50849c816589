def unclosed(:
    pass
